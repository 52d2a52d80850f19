using OrleansTasks.Text;

namespace OrleansTasks;

/// <summary>The exception that is thrown when a registration, schedule, option or name is not valid. It lists all faults.</summary>
[GenerateSerializer, Alias("OrleansTasks.InvalidTaskException")]
public sealed class InvalidTaskException : TaskException
{
    /// <summary>The maximum number of faults that are listed. If there are more, the last entry gives their number.</summary>
    private const int MaxFaults = 50;

    /// <summary>The maximum length of a fault, because its text may come from a caller.</summary>
    private const int MaxLength = 1000;

    /// <summary>Initializes a new instance of the <see cref="InvalidTaskException"/> class.</summary>
    /// <param name="task">The task's name as given, or null if there is none.</param>
    /// <param name="faults">The faults, one sentence each.</param>
    public InvalidTaskException(string? task, IReadOnlyList<string> faults)
        : this(task, Bounded(faults ?? []), isBounded: true)
    {
    }

    private InvalidTaskException(string? task, string[] faults, bool isBounded)
        : base(task, string.Join(" ", faults)) => Faults = faults;

    /// <summary>Gets the faults, one sentence each.</summary>
    [Id(0)]
    public IReadOnlyList<string> Faults { get; }

    private static string[] Bounded(IReadOnlyList<string> faults)
    {
        var shown = faults.Take(MaxFaults).Select(f => ShownText.Of(f, MaxLength));
        return faults.Count <= MaxFaults ? [.. shown] : [.. shown, $"There are {faults.Count - MaxFaults} more."];
    }
}
