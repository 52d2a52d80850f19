using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using OrleansTasks.Text;

namespace OrleansTasks.Schedules.Timing;

/// <summary>
/// Handles the fields of a cron expression, and the letter <c>H</c> in them, which stands for a number that the task's name determines.
/// </summary>
/// <remarks>
/// <c>H</c> works as in Jenkins: <c>H</c> is one value of the field's range, <c>H(a-b)</c> one of that range, and <c>H/n</c> or
/// <c>H(a-b)/n</c> every n-th from a value below n on. In the day of month, <c>H</c> is 1 to 28, so that every month has it.
/// </remarks>
internal static partial class CronFields
{
    private static readonly (string Name, int First, int Last)[] Ranges =
        [("second", 0, 59), ("minute", 0, 59), ("hour", 0, 23), ("day of month", 1, 28), ("month", 1, 12), ("day of week", 0, 6)];

    /// <summary>Throws if an expression is too long.</summary>
    /// <exception cref="InvalidTaskException">
    /// The expression is longer than any useful one. Parsers would need a long time for it, or more stack than a thread has.
    /// </exception>
    public static void CheckLength(string expression)
    {
        if (expression.Length > CronSchedule.MaxLength)
        {
            throw new InvalidTaskException(null,
                [$"The cron expression '{ShownText.Of(expression[..24])}…' has {expression.Length} characters; {CronSchedule.MaxLength} "
                    + "are allowed."]);
        }
    }

    /// <summary>The number of fields of an expression with years.</summary>
    public const int WithYear = 7;

    public static string[] Split(string expression) => expression.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Decides whether an expression has a year. It copies nothing, because lists of tasks call it for each task.</summary>
    public static bool HasYear(string expression)
    {
        var (fields, isIn) = (0, false);
        foreach (var character in expression)
        {
            var isPart = character is not (' ' or '\t');
            fields += isPart && !isIn ? 1 : 0;
            isIn = isPart;
        }

        return fields == WithYear;
    }

    /// <summary>Returns the fields without the year, if there is one.</summary>
    public static string[] WithoutYear(string[] fields) => fields.Length == WithYear ? fields[..^1] : fields;

    public static bool HasHash(string expression) =>
        expression is { Length: <= CronSchedule.MaxLength } && expression.Contains('H', StringComparison.Ordinal)
            && Split(expression).Any(f => Hash().IsMatch(f));

    /// <summary>
    /// Decides whether the time of day is anything but a list of numbers. Then the expression is meant to repeat within a day.
    /// </summary>
    public static bool Repeats(string[] fields) => fields.Length switch
    {
        1 => fields[0].ToLowerInvariant() is "@every_second" or "@every_minute" or "@hourly",
        5 => fields.Take(2).Any(IsOpen),
        _ => fields.Take(3).Any(IsOpen),
    };

    /// <summary>Returns the expression with the task's numbers in place of <c>H</c>.</summary>
    public static string Seed(string expression, string task)
    {
        var fields = Split(expression);
        var first = fields.Length >= 6 ? 0 : 1;
        for (var i = 0; i < fields.Length && first + i < Ranges.Length; i++)
        {
            var range = Ranges[first + i];
            fields[i] = Hash().Replace(fields[i], match => Replace(match, range, task, expression));
        }

        return string.Join(' ', fields);
    }

    private static string Replace(Match match, (string Name, int First, int Last) range, string task, string expression)
    {
        var (first, last) = (range.First, range.Last);
        if (match.Groups["first"].Success)
        {
            (first, last) = (Number(match.Groups["first"]), Number(match.Groups["last"]));
            var greatest = range.Name == "day of month" ? 31 : range.Last;
            if (first < range.First || last > greatest || first > last)
            {
                throw new InvalidTaskException(null,
                    [$"The cron expression '{ShownText.Quote(expression)}' is not valid: in the {range.Name}, '{match.Value}' is not "
                        + $"within {range.First} to {greatest}."]);
            }
        }

        if (!match.Groups["step"].Success)
        {
            return Text(first + Draw(task, range.Name, last - first + 1));
        }

        var step = Number(match.Groups["step"]);
        if (step < 1 || step > last - first + 1)
        {
            throw new InvalidTaskException(null,
                [$"The cron expression '{ShownText.Quote(expression)}' is not valid: in the {range.Name}, the step of '{match.Value}' "
                    + $"is not within 1 to {last - first + 1}."]);
        }

        // The library does not read a step that exceeds the field, which leaves only one number.
        var number = Text(first + Draw(task, range.Name, step));
        return step > range.Last ? number : $"{number}-{Text(last)}/{Text(step)}";
    }

    private static int Draw(string task, string field, int count) =>
        (int)(BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{field}\n{task}"))) % (uint)count);

    private static bool IsOpen(string field) => field.AsSpan().IndexOfAny("*-/") >= 0;

    private static int Number(Group group) => int.Parse(group.Value, NumberStyles.None, CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    // Not the H of a name such as MARCH or THU.
    [GeneratedRegex(@"(?<![A-Za-z])H(\((?<first>\d{1,3})-(?<last>\d{1,3})\))?(/(?<step>\d{1,3}))?(?![A-Za-z])",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Hash();
}
