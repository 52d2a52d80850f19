using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Contains values that no honest client sends.</summary>
internal static class HostileValues
{
    public static readonly TimeSpan TooLong = TimeSpan.FromDays(60);

    public static readonly string[] Names =
    [
        "", " ", ".", "..", "../../etc/passwd", "a/b", "a\\b", "a?b", "a#b", "a%2Fb", "a\0b", "a\nb", "\u202Eevil", "\uD800", "\uDC00x",
        new('n', 201), new('n', 100_000),
        "unknown", "p0", "t-echo", "echo~x", "ECHO", "PubSubStore", "orleans-tasks.scheduler", "💩", "gone", "echo", "echo", "any", "any",
    ];

    public static readonly Func<TaskArguments?>[] Arguments =
    [
        () => null,
        () => [1],
        () => ["text", "more", "and more"],
        () => [new string('x', 3 << 20)],
        () => TaskArguments.Named(("nothing", 1)),
        () => TaskArguments.Named(("word", new { deep = new { deeper = true } })),
        () => [Nested(50)],
        () => [Nested(64)],
        () => TaskArguments.FromJson(Nested(500)),
        () => ["\uD800"],
        () => TaskArguments.Named(("\uD800", 1)),
        () => [double.MaxValue],
        () => [double.NaN],
        () => [(string?)null],
        () => [typeof(int)],
        () => [new Refusing()],
        () => TaskArguments.From(new Refusing()),
        () => Forged("["),
        () => Forged("no json"),
        () => Forged("5"),
        () => Forged("{}"),
        () => Forged("[] []"),
        () => Forged("[]", "[1]"),
        () => Forged("[]", "no json"),
        () => Forged("[\"\\"),
        () => Forged(""),
        Unmade<TaskArguments>,
    ];

    public static readonly TimeSpan?[] Spans = [null, TimeSpan.Zero, TimeSpan.FromSeconds(-1), TimeSpan.MinValue, TimeSpan.MaxValue,
        TooLong, TimeSpan.FromSeconds(30)];

    public static readonly Func<TaskSchedule?>[] HostileSchedules =
    [
        () => null,
        () => TaskSchedule.Every(TimeSpan.Zero),
        () => TaskSchedule.After(TimeSpan.MaxValue),
        () => TaskSchedule.Cron("* * * * * * * *"),
        () => TaskSchedule.Cron("0 0 30 2 *"),
        () => TaskSchedule.At(DateTimeOffset.MaxValue),
        () => TaskSchedule.Every(TimeSpan.FromDays(36525), DateTimeOffset.MaxValue),
        Unmade<EverySchedule>,
        Unmade<CronSchedule>,
        () => InUnknownZone(),
        () => With(Unmade<AfterSchedule>(), "Delay", TimeSpan.MaxValue),
    ];

    public static JsonElement Nested(int depth)
    {
        using var json = JsonDocument.Parse(new string('[', depth) + new string(']', depth), new JsonDocumentOptions { MaxDepth = depth });
        return json.RootElement.Clone();
    }

    /// <summary>Creates arguments as a message from a sender without this library may contain them.</summary>
    public static TaskArguments Forged(string positional, string? named = null) =>
        new(Encoding.UTF8.GetBytes(positional), named is null ? null : Encoding.UTF8.GetBytes(named));

    /// <summary>Creates a value as a message without any of its members would: no constructor has checked it.</summary>
    public static T Unmade<T>() => (T)RuntimeHelpers.GetUninitializedObject(typeof(T));

    public static TaskSchedule InUnknownZone() =>
        With(With(Unmade<CronSchedule>(), nameof(CronSchedule.Expression), "* * * * *"), nameof(CronSchedule.TimeZone), "Mars/Base");

    public static T With<T>(T value, string property, object to)
    {
        typeof(T).GetProperty(property)!.SetValue(value, to);
        return value;
    }

    public sealed class Refusing
    {
        public int Value => throw new InvalidOperationException("This cannot be read.");
    }
}
