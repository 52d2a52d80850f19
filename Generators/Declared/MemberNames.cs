using System.Text;
using Microsoft.CodeAnalysis.CSharp;

namespace OrleansTasks.Generators.Declared;

/// <summary>Converts task names to C# names and back.</summary>
internal static class MemberNames
{
    /// <summary>Returns a task name in Pascal case: <c>SendMail</c> for <c>send-mail</c>.</summary>
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

    /// <summary>Returns the task name for a method: <c>send-mail</c> for <c>SendMailAsync</c>.</summary>
    public static string TaskOf(string method)
    {
        method = method.Length > 5 && method.EndsWith("Async", StringComparison.Ordinal) ? method[..^5] : method;
        var name = new StringBuilder();
        for (var i = 0; i < method.Length; i++)
        {
            if (i > 0 && char.IsUpper(method[i])
                && (!char.IsUpper(method[i - 1]) || (i + 1 < method.Length && char.IsLower(method[i + 1]))))
            {
                name.Append('-');
            }

            name.Append(char.ToLowerInvariant(method[i]));
        }

        return name.ToString();
    }

    /// <summary>Returns a name as code. Keywords of the language are escaped.</summary>
    public static string Escape(string name) =>
        SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None || SyntaxFacts.GetContextualKeywordKind(name) != SyntaxKind.None
            ? "@" + name
            : name;
}
