using System.Text.RegularExpressions;

namespace OrleansTasks.Tests.Unit.Pages;

/// <summary>Phrases that pages do not use, each with what to write instead.</summary>
internal static class Vocabulary
{
    public static IReadOnlyList<(string Text, Regex Pattern, string Instead)> Phrases { get; } =
    [
        // Abbreviations and padding.
        Of("e.g.", "\"for example\""),
        Of("i.e.", "\"that is\""),
        Of("etc.", "\"and so on\", or the whole list"),
        Of("via", "\"through\" or \"with\""),
        Of("in order to", "\"to\""),
        Of("please", "nothing"),
        Of("utilize", "\"use\""),
        Of("leverage", "\"use\""),
        Of("simply", "nothing"),
        Of("obviously", "nothing"),

        // Old words.
        Of("anew", "\"again\""),
        Of("for ever", "\"forever\""),
        Of("whatsoever", "nothing"),
        Of("thereby", "\"so\" or \"by this\""),
        Of("whence", "\"from where\""),
        Of("hitherto", "\"until now\""),
        Of("bears the name", "\"has the name\""),
        Of("goes before", "\"takes precedence over\""),
        Of("leaves off", "\"stops\""),
        Of("lets it go", "\"removes it\""),
        Of("makes use of", "\"uses\""),
        Of("sees to it", "\"ensures\""),
        Of("stands beside", "\"is next to\""),

        // Puzzles.
        Of("what it consists of", "the parts themselves"),
        Of("as far as the others' own documents say", "\"based on each project's documentation\""),
        Of("what is so today", "\"today\", with a date"),
        Of("was to be made", "\"should have fired\""),
        Of("that was asked for", "\"that was requested\", or the name of the request"),
        Of("gives up waiting", "\"stops waiting\" or \"cancels the wait\""),
        Of("something else than", "\"something other than\""),
        Of("no more than so many", "\"at most N\""),
        Of("at least so many", "\"up to this many\" or \"at least N\""),
        Of("the last so many", "\"the last N\""),
        Of("all in all", "\"in total\""),
        Of("what came of it", "\"its result\""),
        Of("whatever comes of it", "\"whatever its result is\""),
        Of("came to nothing", "\"failed\""),
        Of("what a run came to", "\"the outcome of a run\""),
        Of("could not be done", "the operation and the reason"),
        Of("of its own accord", "\"by itself\""),
        Of("taken for dead", "\"declared dead\""),
        Of("made again", "\"run again\" or \"repeated\""),
        Of("under way", "\"in progress\""),
        Of("in good order", "\"in an orderly way\""),
        Of("tells apart", "\"distinguishes\""),
        Of("in whatever case", "\"regardless of case\""),
        Of("is to be had", "\"is available\""),
        Of("span of time", "\"duration\""),
        Of("spans of time", "\"durations\""),
        Of("truth value", "\"Boolean\""),
        Of("things are wrong", "\"errors\""),
    ];

    private static (string Text, Regex Pattern, string Instead) Of(string text, string instead) =>
        (text, new Regex($@"(?<!\w){Regex.Escape(text)}(?!\w)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant), instead);
}
