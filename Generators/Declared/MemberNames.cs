using System.Text;
using Microsoft.CodeAnalysis.CSharp;

namespace OrleansTasks.Generators.Declared;

/// <summary>Names of tasks as names in C#, and the other way round.</summary>
internal static class MemberNames
{
    /// <summary>A task's name in capitals: <c>SendMail</c> for <c>send-mail</c>.</summary>
    public static string Of(string task)
    {
        var name = new StringBuilder();
        var begins = true;
        foreach (var c in task)
        {
            if (!char.IsLetterOrDigit(c))
            {
                begins = true;
                continue;
            }

            name.Append(begins ? char.ToUpperInvariant(c) : c);
            begins = false;
        }

        return name.Length == 0 ? "Task" : char.IsDigit(name[0]) ? "Task" + name : name.ToString();
    }

    /// <summary>A method's name as a task's: <c>send-mail</c> for <c>SendMailAsync</c>.</summary>
    public static string TaskOf(string method)
    {
        method = method.Length > 5 && method.EndsWith("Async", StringComparison.Ordinal) ? method[..^5] : method;
        var name = new StringBuilder();
        for (var i = 0; i < method.Length; i++)
        {
            if (i > 0 && char.IsUpper(method[i]) && (!char.IsUpper(method[i - 1]) || (i + 1 < method.Length && char.IsLower(method[i + 1]))))
            {
                name.Append('-');
            }

            name.Append(char.ToLowerInvariant(method[i]));
        }

        return name.ToString();
    }

    /// <summary>A name as code, also one that is a word of the language.</summary>
    public static string Escape(string name) =>
        SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None || SyntaxFacts.GetContextualKeywordKind(name) != SyntaxKind.None ? "@" + name : name;
}
