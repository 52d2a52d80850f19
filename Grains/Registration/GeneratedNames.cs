using System.IO.Hashing;
using System.Text;
using System.Text.RegularExpressions;
using OrleansTasks.Handlers.Binding;

namespace OrleansTasks.Registration;

/// <summary>Names for tasks whose author gave none: readable, and the same wherever the same code runs.</summary>
/// <remarks>
/// Made of what the task does when, its method's name if it has one of its own, and a hash of the place in the code: for a lambda, the method
/// that it stands in and its parameters. Numbers that the compiler gives to lambdas are left out, because they change when another is added.
/// </remarks>
internal sealed partial class GeneratedNames
{
    private const int MaxPhrase = 80;

    private readonly Dictionary<string, int> _uses = new(StringComparer.Ordinal);

    /// <summary>A name that this has not given before.</summary>
    /// <param name="phrase">When it runs, for people.</param>
    /// <param name="handler">The code.</param>
    public string Next(string phrase, Delegate handler)
    {
        var method = handler.Method;
        var own = OwnName().Match(method.Name) is { Success: true } local ? local.Groups[1].Value : method.Name.Contains('<', StringComparison.Ordinal) ? "" : method.Name;
        var place = $"{phrase}|{OutermostType(method.DeclaringType)}|{Surrounding().Match(method.Name).Groups[1].Value}|{own}|"
            + $"{string.Join(',', method.GetParameters().Select(p => $"{TypeNames.Of(p.ParameterType)} {p.Name}"))}|{TypeNames.Of(method.ReturnType)}";
        var hash = XxHash32.HashToUInt32(Encoding.UTF8.GetBytes(place));
        var name = $"{Clean(own.Length == 0 ? phrase : $"{phrase}-{own}")}-{hash:x8}";
        var use = _uses[name] = _uses.GetValueOrDefault(name) + 1;
        return use == 1 ? name : $"{name}-{use}";
    }

    /// <summary>The type that a person wrote: lambdas and local functions live in nested types of the compiler.</summary>
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
