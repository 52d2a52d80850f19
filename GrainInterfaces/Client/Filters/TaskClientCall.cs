using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Represents a call to one or more tasks, as client filters see it.</summary>
public sealed class TaskClientCall
{
    internal TaskClientCall(TaskClientCallKind kind, string? task, TaskHeaders? headers, CancellationToken ct)
    {
        Kind = kind;
        Task = task;
        Headers = new Dictionary<string, string>(headers ?? TaskHeaders.None, StringComparer.OrdinalIgnoreCase);
        CancellationToken = ct;
    }

    /// <summary>Gets the kind of call.</summary>
    public TaskClientCallKind Kind { get; }

    /// <summary>Gets the task's name. Null for a batch, because its <see cref="Items"/> name their tasks.</summary>
    public string? Task { get; }

    /// <summary>
    /// Gets the headers that the caller gave and, within a run, those inherited from it. Entries that a filter adds are sent. For a batch,
    /// they apply to all of its runs and to the run that follows, unless these have their own header of the same name.
    /// </summary>
    public IDictionary<string, string> Headers { get; }

    /// <summary>
    /// Gets or sets the arguments. Null uses the task's own arguments. Null also for calls without arguments: batches, triggered runs and
    /// backfills.
    /// </summary>
    public TaskArguments? Arguments { get; set; }

    /// <summary>
    /// Gets or sets the options of an awaited run. Null uses the defaults. Null for other kinds of call. The headers in the options are
    /// ignored in favor of <see cref="Headers"/>.
    /// </summary>
    public RunOptions? RunOptions { get; set; }

    /// <summary>
    /// Gets or sets the options of a dispatched run. Null uses the defaults. Null for other kinds of call. The headers in the options are
    /// ignored in favor of <see cref="Headers"/>.
    /// </summary>
    public DispatchOptions? DispatchOptions { get; set; }

    /// <summary>Gets or sets the runs of a batch. Null for other kinds of call.</summary>
    public IReadOnlyList<BatchItem>? Items { get; set; }

    /// <summary>Gets or sets the run that follows a batch. Null for none and for other kinds of call.</summary>
    public Continuation? Then { get; set; }

    /// <summary>Gets the caller's cancellation token.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Gets the headers in the form in which they are sent, or null if there are none.</summary>
    internal TaskHeaders? SentHeaders => TaskHeaders.Of(Headers);
}
