using System.Data.Common;

namespace OrleansTasks;

/// <summary>Adds the operations of <see cref="TaskOutbox"/>, with the default tables, to transactions and connections.</summary>
public static class OutboxDbExtensions
{
    /// <summary>
    /// Adds a dispatch to the outbox, in this transaction. Exceptions are those of <see cref="TaskOutbox.Dispatch"/>.
    /// </summary>
    /// <param name="transaction">The application's transaction.</param>
    /// <param name="task">The task's name.</param>
    /// <param name="arguments">The arguments. Null uses the task's own arguments.</param>
    /// <param name="options">The due time and other options of the run. Null makes it due at once, with the defaults.</param>
    /// <param name="key">A key whose dispatches are handed over in the order in which they were added. Null for no order.</param>
    /// <returns>The id of the run. The run exists when the transaction has committed and the relay has handed the dispatch over.</returns>
    public static RunId Dispatch(this DbTransaction transaction, string task, TaskArguments? arguments = null,
        DispatchOptions? options = null, string? key = null)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return TaskOutbox.Default.Dispatch(TaskOutbox.ConnectionOf(transaction), transaction, task, arguments, options, key);
    }

    /// <summary>
    /// Adds a dispatch to the outbox, in this transaction. Exceptions are those of <see cref="TaskOutbox.Dispatch"/>.
    /// </summary>
    /// <param name="transaction">The application's transaction.</param>
    /// <param name="task">The task's name.</param>
    /// <param name="arguments">The arguments. Null uses the task's own arguments.</param>
    /// <param name="options">The due time and other options of the run. Null makes it due at once, with the defaults.</param>
    /// <param name="key">A key whose dispatches are handed over in the order in which they were added. Null for no order.</param>
    /// <param name="ct">A token that cancels the statement.</param>
    /// <returns>The id of the run. The run exists when the transaction has committed and the relay has handed the dispatch over.</returns>
    public static Task<RunId> DispatchAsync(this DbTransaction transaction, string task, TaskArguments? arguments = null,
        DispatchOptions? options = null, string? key = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return TaskOutbox.Default.DispatchAsync(
            TaskOutbox.ConnectionOf(transaction), transaction, task, arguments, options, key, ct);
    }

    /// <summary>
    /// Adds a dispatch to the outbox, in the ambient transaction of the connection. Without one, it is committed at once. Exceptions are
    /// those of <see cref="TaskOutbox.Dispatch"/>.
    /// </summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="task">The task's name.</param>
    /// <param name="arguments">The arguments. Null uses the task's own arguments.</param>
    /// <param name="options">The due time and other options of the run. Null makes it due at once, with the defaults.</param>
    /// <param name="key">A key whose dispatches are handed over in the order in which they were added. Null for no order.</param>
    /// <param name="ct">A token that cancels the statement.</param>
    /// <returns>The id of the run.</returns>
    public static Task<RunId> DispatchAsync(this DbConnection connection, string task, TaskArguments? arguments = null,
        DispatchOptions? options = null, string? key = null, CancellationToken ct = default) =>
        TaskOutbox.Default.DispatchAsync(connection, null, task, arguments, options, key, ct);

    /// <summary>
    /// Records a run in this transaction. False means that an earlier attempt has committed. See
    /// <see cref="TaskOutbox.TryRecordAsync"/>.
    /// </summary>
    /// <param name="transaction">The transaction that has the effects of the run.</param>
    /// <param name="run">The run: <c>TaskRunContext.RunId</c>.</param>
    /// <param name="ct">A token that cancels the statement.</param>
    /// <returns>Whether the run was not recorded before.</returns>
    public static Task<bool> TryRecordAsync(this DbTransaction transaction, RunId run, CancellationToken ct = default) =>
        TaskOutbox.Default.TryRecordAsync(transaction, run, ct);
}
