using System.Text;

namespace OrleansTasks;

/// <summary>
/// Reads what an exception says about itself. Its members are code of whoever wrote its type: they may throw, return null, or refer to each other in a circle. Nothing here throws,
/// and nothing here follows inner exceptions without a bound.
/// </summary>
/// <remarks><c>ToString</c> is never called: it is virtual, and the one of the base class follows inner exceptions for as long as there are any.</remarks>
internal static class ExceptionText
{
    /// <summary>How many exceptions of a tree are looked at.</summary>
    public const int MostNodes = 64;
    private const int DeepestDescription = 8;

    /// <summary>Returns the message, or a sentence that says why there is none.</summary>
    public static string MessageOf(Exception e)
    {
        try
        {
            return e.Message ?? $"(The message of {NameOf(e)} is null.)";
        }
        catch (Exception thrown)
        {
            return $"(The message of {NameOf(e)} could not be read: it threw {NameOf(thrown)}.)";
        }
    }

    /// <summary>Returns the type's full name.</summary>
    public static string NameOf(Exception e) => e.GetType().FullName ?? e.GetType().Name;

    /// <summary>Returns the exception and those inside it, each once, the outer ones first; at most <see cref="MostNodes"/>.</summary>
    public static IReadOnlyList<Exception> NodesOf(Exception e)
    {
        var nodes = new List<Exception>(1) { e };
        for (var i = 0; i < nodes.Count && nodes.Count < MostNodes; i++)
        {
            foreach (var inner in InnerOf(nodes[i]))
            {
                if (nodes.Count < MostNodes && !nodes.Exists(n => ReferenceEquals(n, inner)))
                {
                    nodes.Add(inner);
                }
            }
        }

        return nodes;
    }

    /// <summary>Returns the exceptions directly inside one.</summary>
    public static IEnumerable<Exception> InnerOf(Exception e) => e is AggregateException many ? many.InnerExceptions : e.InnerException is { } inner ? [inner] : [];

    /// <summary>Returns type, message and stack, and those of the inner exceptions, in the form that .NET prints.</summary>
    public static string Describe(Exception e)
    {
        var text = new StringBuilder();
        Append(text, e, [], 0);
        return text.ToString();
    }

    private static void Append(StringBuilder text, Exception e, List<Exception> seen, int depth)
    {
        seen.Add(e);
        text.Append(NameOf(e)).Append(": ").Append(MessageOf(e));
        foreach (var inner in InnerOf(e))
        {
            if (depth == DeepestDescription || seen.Count == MostNodes || seen.Exists(s => ReferenceEquals(s, inner)))
            {
                text.Append("\n ---> (further inner exceptions are left out)");
                break;
            }

            text.Append("\n ---> ");
            Append(text, inner, seen, depth + 1);
            text.Append("\n   --- End of inner exception stack trace ---");
        }

        if (StackOf(e) is { Length: > 0 } stack)
        {
            text.Append('\n').Append(stack);
        }
    }

    private static string? StackOf(Exception e)
    {
        try
        {
            return e.StackTrace;
        }
        catch (Exception thrown)
        {
            return $"   (The stack of {NameOf(e)} could not be read: it threw {NameOf(thrown)}.)";
        }
    }
}
