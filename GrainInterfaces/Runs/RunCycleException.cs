using System.Text;

namespace OrleansTasks;

/// <summary>
/// The exception that is thrown in a handler that waits for a run or a batch which waits, directly or through others, for the handler's own
/// run. None of them could ever end.
/// </summary>
[GenerateSerializer, Alias("OrleansTasks.RunCycleException")]
public sealed class RunCycleException : TaskException
{
    /// <summary>Initializes a new instance of the <see cref="RunCycleException"/> class.</summary>
    /// <param name="runs">The runs, each of which waits for the next. The last one is the first one again.</param>
    public RunCycleException(IReadOnlyList<RunId> runs)
        : this([.. runs.Select(static r => ((RunId?)r, (Guid?)null))])
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="circle">
    /// The runs and batches, each of which waits for the next. The last one is the first one again, and is a run.
    /// </param>
    internal RunCycleException(IReadOnlyList<(RunId? Run, Guid? Batch)> circle)
        : base(circle[0].Run!.Value.Task, Describe(circle)) => Runs = [.. circle.Select(static n => n.Run).OfType<RunId>()];

    /// <summary>
    /// Gets the runs, each of which waits for the next, or for a batch to which the next belongs. The last one is the first one again.
    /// </summary>
    [Id(0)]
    public IReadOnlyList<RunId> Runs { get; }

    private static string Describe(IReadOnlyList<(RunId? Run, Guid? Batch)> circle)
    {
        var text = new StringBuilder($"The run {circle[0].Run} would never end: it waits for ");
        for (var n = 1; n < circle.Count; n++)
        {
            var (node, isMember) = (circle[n], circle[n - 1].Batch is not null);
            text.Append(isMember || n == 1 ? "" : ", which waits for ").Append((isMember, n == circle.Count - 1) switch
            {
                (false, _) => node.Batch is null ? $"{node.Run}" : $"the batch {node.Batch}",
                (true, false) => $" with the run {node.Run}",
                _ => circle.Count == 3 ? ", to which it belongs" : $", to which {node.Run} belongs",
            });
        }

        return text.Append('.').ToString();
    }
}
