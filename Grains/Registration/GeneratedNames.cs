using System.IO.Hashing;
using System.Text;
using System.Text.RegularExpressions;
using OrleansTasks.Handlers.Binding;

namespace OrleansTasks.Registration;

/// <summary>Generates names for tasks whose code gives none. They are readable, and the same wherever the same code runs.</summary>
/// <remarks>
/// A name consists of what the task does when, the name of its method if it has one, and a hash of the place in the code: for a lambda, the
/// method that contains it and its parameters. The numbers that the compiler gives to lambdas are omitted, because they change when another
/// lambda is added.
/// </remarks>
internal sealed partial class GeneratedNames
{
    private const int MaxPhrase = 80;

    private readonly Dictionary<string, int> _uses = new(StringComparer.Ordinal);

    /// <summary>Returns a name that this object has not returned before.</summary>
    /// <param name="phrase">A description of when it runs, for people.</param>
    /// <param name="handler">The code.</param>
    public string Next(string phrase, Delegate handler)
    {
        var method = handler.Method;
        var own = OwnName().Match(method.Name) is { Success: true } local ? local.Groups[1].Value
            : method.Name.Contains('<', StringComparison.Ordinal) ? "" : method.Name;
        var place = $"{phrase}|{OutermostType(method.DeclaringType)}|{Surrounding().Match(method.Name).Groups[1].Value}|{own}|"
            + string.Join(',', method.GetParameters().Select(p => $"{TypeNames.Of(p.ParameterType)} {p.Name}"))
            + $"|{TypeNames.Of(method.ReturnType)}";
        var hash = XxHash32.HashToUInt32(Encoding.UTF8.GetBytes(place));
        var name = $"{Clean(own.Length == 0 ? phrase : $"{phrase}-{own}")}-{hash:x8}";
        var use = _uses[name] = _uses.GetValueOrDefault(name) + 1;
        return use == 1 ? name : $"{name}-{use}";
    }

    /// <summary>Returns the type in the source code. Lambdas and local functions are in nested types that the compiler generates.</summary>
    private static string OutermostType(Type? type)
    {
        while (type is { DeclaringType: { } outer } && type.Name.StartsWith('<'))
        {
            type = outer;
        }

        return type?.FullName ?? "";
    }

    private static string Clean(string phrase)
    {
        var clean = Others().Replace(phrase.Replace("*", "x", StringComparison.Ordinal), "-").Trim('-');
        return clean.Length <= MaxPhrase ? clean : clean[..MaxPhrase].TrimEnd('-');
    }

    [GeneratedRegex(@"^<.*>g__([^|]+)\|")]
    private static partial Regex OwnName();

    [GeneratedRegex("^<(.*)>")]
    private static partial Regex Surrounding();

    [GeneratedRegex("[^A-Za-z0-9.]+")]
    private static partial Regex Others();
}
