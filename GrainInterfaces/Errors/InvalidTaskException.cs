namespace OrleansTasks;

/// <summary>A registration, schedule, option or name is not valid; all faults are listed.</summary>
[GenerateSerializer, Alias("OrleansTasks.InvalidTaskException")]
public sealed class InvalidTaskException : TaskException
{
    private const int MostFaults = 200;
    private const int MostLength = 2_000;

    /// <summary>Makes an error.</summary>
    /// <param name="task">The task's name as given; null if there is none.</param>
    /// <param name="faults">What is wrong, a sentence each.</param>
    public InvalidTaskException(string? task, IReadOnlyList<string> faults)
        : base(task, string.Join(" ", Shown(faults))) => Faults = Shown(faults);

    /// <summary>What is wrong, a sentence each.</summary>
    [Id(0)]
    public IReadOnlyList<string> Faults { get; }

    private static IReadOnlyList<string> Shown(IReadOnlyList<string>? faults) => [.. (faults ?? []).Take(MostFaults).Select(static f => ShownText.Of(f, MostLength))];
}
