using System.Collections;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using OrleansTasks.Text;

namespace OrleansTasks;

/// <summary>Sets options of this library from configuration.</summary>
public static class TasksConfigurationExtensions
{
    /// <summary>
    /// Sets options from a configuration section as .NET's binder does, with two differences. Time spans use the library's usual formats
    /// (<c>PT15S</c>, <c>00:00:15</c>, <c>1.00:00:00</c>); a bare number, which the binder reads as days, and an empty text are rejected. A
    /// name that the options do not have is rejected.
    /// </summary>
    /// <param name="section">The section, such as <c>configuration.GetSection("Api")</c>. An empty section changes nothing.</param>
    /// <param name="options">The options, such as a <see cref="TaskClientOptions"/>. Their type must have a constructor without
    /// parameters.</param>
    /// <exception cref="OptionsValidationException">The section has a value that cannot be read. The failures name each setting by its full
    /// path. Nothing is set.</exception>
    public static void BindTasks(this IConfiguration section, object options)
    {
        ArgumentNullException.ThrowIfNull(section);
        ArgumentNullException.ThrowIfNull(options);

        // The copy has the same values under the same paths, and does not follow changes of the section.
        var settings = section.AsEnumerable().Where(static s => s.Value is not null).ToDictionary(StringComparer.OrdinalIgnoreCase);
        var faults = new List<string>();
        Read(section, options.GetType(), settings, faults);
        if (faults.Count > 0)
        {
            throw new OptionsValidationException(options.GetType().Name, options.GetType(), faults);
        }

        IConfiguration copy = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        copy = section is IConfigurationSection { Path: var path } ? copy.GetSection(path) : copy;
        try
        {
            // Other options are bound first, to find values that cannot be read.
            copy.Bind(Activator.CreateInstance(options.GetType()));
            copy.Bind(options);
        }
        catch (InvalidOperationException e)
        {
            throw new OptionsValidationException(options.GetType().Name, options.GetType(), [e.Message]);
        }
    }

    /// <summary>Checks the members of a section, and converts its time spans to the format of the binder.</summary>
    private static void Read(IConfiguration section, Type type, Dictionary<string, string?> settings, List<string> faults)
    {
        var known = type.GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(IsSetting).ToList();
        foreach (var child in section.GetChildren())
        {
            if (known.FirstOrDefault(p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)) is not { } member)
            {
                faults.Add($"{child.Path} is not known. Known are {string.Join(", ", known.Select(static p => p.Name))}.");
            }
            else if ((Nullable.GetUnderlyingType(member.PropertyType) ?? member.PropertyType) is var of && of == typeof(TimeSpan))
            {
                if (SpanText.TryRead(child.Value, out var span))
                {
                    settings[child.Path] = span.ToString("c");
                }
                else
                {
                    faults.Add($"{child.Path}: {SpanText.Fault(child.Value)}.");
                }
            }
            else if (IsGroup(of))
            {
                Read(child, of, settings, faults);
            }
        }
    }

    private static bool IsSetting(PropertyInfo member) =>
        member.GetIndexParameters().Length == 0 && !typeof(Delegate).IsAssignableFrom(member.PropertyType)
            && (member.SetMethod is { IsPublic: true } || IsList(member.PropertyType) || IsGroup(member.PropertyType));

    private static bool IsList(Type type) => type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type);

    /// <summary>Decides whether a type is a group of settings of this library.</summary>
    private static bool IsGroup(Type type) =>
        type.IsClass && !IsList(type) && type.Assembly.GetName().Name?.StartsWith("OrleansTasks", StringComparison.Ordinal) == true;
}
