using System.Text.RegularExpressions;

namespace OrleansTasks.Tests.Unit.Messages;

/// <summary>
/// What the message of an exception says: what is wrong with which value, and what to do or what is allowed. The rule is one about words,
/// so it finds a message without a remedy, but not a wrong remedy.
/// </summary>
internal static partial class MessageRule
{
    /// <summary>Returns what a message lacks; null if it lacks nothing.</summary>
    /// <param name="message">The message.</param>
    /// <param name="needsValue">Whether it must show or state a value.</param>
    public static string? Lack(MessageText message, bool needsValue = true)
    {
        var lacks = new List<string>(2);
        if (needsValue && !NamesValue(message))
        {
            lacks.Add("shows no value or name");
        }

        if (!SaysWhatToDo(message))
        {
            lacks.Add("says neither what to do nor what is allowed");
        }

        return lacks.Count == 0 ? null : string.Join(", and ", lacks);
    }

    /// <summary>
    /// Decides whether a message shows a value or a name. The message of another exception, or a limit, is none. A value that is absent,
    /// or a choice that was made twice, cannot be shown, and is stated in words.
    /// </summary>
    public static bool NamesValue(MessageText message) =>
        message.Holes.Any(static h => !OtherMessage().IsMatch(h) && !Bound().IsMatch(h)) || Absence().IsMatch(message.Shown);

    /// <summary>Decides whether a message says what is allowed, or asks for something in a sentence or clause of its own.</summary>
    public static bool SaysWhatToDo(MessageText message) =>
        Allowed().IsMatch(message.Shown) || Request().IsMatch(Sentences(message)) || message.Holes.Any(static h => Fault().IsMatch(h));

    // The message of another exception ends with a point.
    private static string Sentences(MessageText message) =>
        string.Concat(message.Parts.Select(static p => !p.IsHole ? p.Text : OtherMessage().IsMatch(p.Text) ? "\u00a4." : "\u00a4"));

    [GeneratedRegex(@"\b(e|error|exception|failure)\.Message(Text)?\b|\b(MessageOf|Innermost)\(")]
    private static partial Regex OtherMessage();

    [GeneratedRegex(@"(^|[._])[lL]imits\.|^(least|minimum|maximum)\b")]
    private static partial Regex Bound();

    // The texts of faults and reasons are checked where they are made, and a form is what is allowed.
    [GeneratedRegex(@"^(allowed|fault|reason)\b|\bfaults\.Select\(|(Fault|FormOf)\(")]
    private static partial Regex Fault();

    [GeneratedRegex(@"\b(is|are) (missing|empty|null|not set|given twice)\b|\b[Bb]oth\b.*\b(set|given)\b|\b[Nn]either\b"
        + @"|\b(has|have|names|contains) (no|neither|both|more than one|an empty)\b|\bnone is registered\b|\b[Nn]o( \w+)+ is registered\b")]
    private static partial Regex Absence();

    [GeneratedRegex(@"\bmust (be|have|not|start|use|move)\b|(?<!not )\b(allowed|expected|required|accepted|supported)\b(?! in)|\bsuch as\b"
        + @"|\bis not an? (whole )?(array|boolean|list|number|object|string)\b|\bcan have\b|\blooks like\b"
        + @"|(?<!(not|longer) )\b[Kk]nown\b|\bat (least|most)\b|\bwithin \S+ to \S+|\bfrom \S+ to\b"
        + @"|\bonly (one|on|in|with|if|when|for)\b|\bone of\b|\bonly [A-Z=]+\b|; it has:? |\b[Rr]equires?\b|\bneeds?\b|\binstead\b"
        + @"|: orleanstasks |\b(retries|resumes|(is|are) forgotten|is read again)\b")]
    private static partial Regex Allowed();

    [GeneratedRegex(@"(^|[.;:,)\u2014] |\b(or|and|then) )(" + Verbs + @")\b", RegexOptions.IgnoreCase)]
    private static partial Regex Request();

    private const string Verbs = "add|allow|apply|ask|await|call|cancel|change|check|choose|complete|configure|correct|create|cut|declare"
        + "|define|deploy|dispatch|dispose|end|fix|give|implement|install|leave|let|list|load|look|lower|make|mark|move|name|omit|pass|put"
        + "|raise|read|register|release|remove|rename|repair|repeat|restart|restore|resume|return|run|see|select|send|set|split|start|stop"
        + "|switch|take|try|use|wait|write";
}
