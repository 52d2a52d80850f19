using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>What is asked of a task, or of several, as filters of the client see it on its way.</summary>
public sealed class TaskClientCall
{
    internal TaskClientCall(TaskClientCallKind kind, string? task, TaskHeaders? headers, CancellationToken ct)
    {
        Kind = kind;
        Task = task;
        Headers = new Dictionary<string, string>(headers ?? TaskHeaders.None, StringComparer.OrdinalIgnoreCase);
        CancellationToken = ct;
    }

    /// <summary>What is asked for.</summary>
    public TaskClientCallKind Kind { get; }

    /// <summary>The task's name; null for a batch, whose <see cref="Items"/> name theirs.</summary>
    public string? Task { get; }

    /// <summary>
    /// The headers: those that the caller gave, and within a run those that are inherited from it. What is put here is sent. For a batch they go with all of its runs and with the one that follows,
    /// unless these have another of that name themselves.
    /// </summary>
    public IDictionary<string, string> Headers { get; }

    /// <summary>The arguments; null for the task's own, and where the call has none: batches, runs by hand and backfills.</summary>
    public TaskArguments? Arguments { get; set; }

    /// <summary>How a run that is waited for is to be treated; null for the defaults, and for other kinds. Its headers are not looked at: <see cref="Headers"/> has them.</summary>
    public RunOptions? RunOptions { get; set; }

    /// <summary>How a dispatched run is to be treated; null for the defaults, and for other kinds. Its headers are not looked at: <see cref="Headers"/> has them.</summary>
    public DispatchOptions? DispatchOptions { get; set; }

    /// <summary>The runs of a batch; null for other kinds.</summary>
    public IReadOnlyList<BatchItem>? Items { get; set; }

    /// <summary>The run to follow a batch; null for none, and for other kinds.</summary>
    public Continuation? Then { get; set; }

    /// <summary>The caller's token.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>The headers as they are to be sent; null if there are none.</summary>
    internal TaskHeaders? SentHeaders => TaskHeaders.Of(Headers);
}
