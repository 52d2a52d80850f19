using System.Text;
using OrleansTasks.Text;

namespace OrleansTasks.Errors;

/// <summary>
/// Reads what an exception says about itself. The members of an exception type are its author's code: they may throw, return null, or refer
/// to each other in a circle. This class throws nothing, and follows only a limited number of inner exceptions.
/// </summary>
/// <remarks><c>ToString</c> is never called: it is virtual, and that of the base class follows inner exceptions without a limit.</remarks>
internal static class ExceptionText
{
    /// <summary>The maximum number of exceptions of a tree that are read.</summary>
    public const int MostNodes = 64;
    private const int DeepestDescription = 8;

    /// <summary>The default maximum number of characters of a message.</summary>
    public const int MostMessage = 8_192;

    /// <summary>The default maximum number of characters of a description.</summary>
    public const int MostDescription = 32_768;
    private const int MostName = 1_000;

    /// <summary>Returns the message, truncated to a length, or a sentence that says why there is none.</summary>
    public static string MessageOf(Exception e, int most = MostMessage)
    {
        try
        {
            return e.GetType() == typeof(AggregateException)
                ? JoinedMessageOf((AggregateException)e, most)
                : ShownText.Cut(e.Message, most) ?? $"(The message of {NameOf(e)} is null.)";
        }
        catch (Exception thrown)
        {
            return $"(The message of {NameOf(e)} could not be read: it threw {NameOf(thrown)}.)";
        }
    }

    /// <summary>Returns the type's full name.</summary>
    public static string NameOf(Exception e) => ShownText.Cut(e.GetType().FullName ?? e.GetType().Name, MostName)!;

    /// <summary>Returns the exception and its inner exceptions, each once, the outer ones first. At most <see cref="MostNodes"/>.</summary>
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

    /// <summary>Returns the direct inner exceptions of an exception.</summary>
    public static IEnumerable<Exception> InnerOf(Exception e) =>
        e is AggregateException many ? many.InnerExceptions : e.InnerException is { } inner ? [inner] : [];

    /// <summary>
    /// Returns type, message and stack, and those of the inner exceptions, in the form that .NET prints, truncated to a length.
    /// </summary>
    public static string Describe(Exception e, int most = MostDescription)
    {
        var text = new StringBuilder();
        Append(text, e, [], 0, most);
        return ShownText.Cut(text.ToString(), most)!;
    }

    // .NET joins the messages of all inner exceptions in one text, however large they are.
    private static string JoinedMessageOf(AggregateException e, int most)
    {
        var length = 0L;
        foreach (var inner in e.InnerExceptions.Take(MostNodes))
        {
            length += inner is AggregateException ? 0 : inner.Message?.Length ?? 0;
        }

        if (length <= most && e.InnerExceptions.Count <= MostNodes && !e.InnerExceptions.Any(static i => i is AggregateException))
        {
            return ShownText.Cut(e.Message, most)!;
        }

        var text = new StringBuilder("One or more errors occurred.");
        foreach (var inner in e.InnerExceptions.TakeWhile(_ => text.Length < most))
        {
            text.Append(" (").Append(inner is AggregateException ? NameOf(inner) : ShownText.Cut(inner.Message, most)).Append(')');
        }

        return ShownText.Cut(text.ToString(), most)!;
    }

    private static void Append(StringBuilder text, Exception e, List<Exception> seen, int depth, int most)
    {
        seen.Add(e);
        text.Append(NameOf(e)).Append(": ").Append(MessageOf(e, Math.Min(most, MostMessage)));
        foreach (var inner in InnerOf(e))
        {
            if (depth == DeepestDescription || text.Length > most || seen.Count == MostNodes || seen.Exists(s => ReferenceEquals(s, inner)))
            {
                text.Append("\n ---> (further inner exceptions are left out)");
                break;
            }

            text.Append("\n ---> ");
            Append(text, inner, seen, depth + 1, most);
            text.Append("\n   --- End of inner exception stack trace ---");
        }

        if (StackOf(e) is { Length: > 0 } stack)
        {
            text.Append('\n').Append(stack, 0, Math.Min(stack.Length, most));
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
