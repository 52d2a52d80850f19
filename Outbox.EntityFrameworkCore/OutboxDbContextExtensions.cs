using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks;
using OrleansTasks.Outbox.EntityFrameworkCore;
using OrleansTasks.Outbox.Rows;

namespace Microsoft.EntityFrameworkCore;

/// <summary>Dispatches runs with the changes of a context, and records them.</summary>
public static class OutboxDbContextExtensions
{
    /// <summary>
    /// Adds a dispatch to the changes of a context. <c>SaveChanges</c> stores it, in the same transaction as all other changes. If that
    /// transaction commits, a relay hands the dispatch over to the cluster.
    /// </summary>
    /// <param name="context">The context. Its model has the outbox (<c>modelBuilder.AddTaskOutbox()</c>).</param>
    /// <param name="task">The task's name. Whether the task exists is checked when the dispatch is handed over.</param>
    /// <param name="arguments">The arguments. Null uses the task's own arguments.</param>
    /// <param name="options">
    /// The due time and other options of the run. <see cref="DispatchOptions.Delay"/> counts from now.
    /// <see cref="DispatchOptions.IdempotencyKey"/> and <see cref="DispatchOptions.UniqueFor"/> are not allowed. Null makes it due at once,
    /// with the defaults.
    /// </param>
    /// <param name="key">
    /// A key, such as the id of a customer, whose dispatches are handed over in the order in which they were added. 1 to 200 characters.
    /// Default: null, for no order.
    /// </param>
    /// <returns>The id of the run. The run exists when the transaction has committed and the relay has handed the dispatch over.</returns>
    /// <exception cref="InvalidTaskException">The name, the key or an option is not valid.</exception>
    /// <exception cref="TaskArgumentException">The arguments are not valid JSON.</exception>
    /// <exception cref="PayloadTooLargeException">The arguments are larger than 64 MiB. The cluster may allow less.</exception>
    /// <exception cref="InvalidOperationException">The model of the context has no outbox.</exception>
    public static RunId Dispatch(this DbContext context, string task, TaskArguments? arguments = null, DispatchOptions? options = null,
        string? key = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        OutboxModel.TablesOf(context);
        var row = OutboxRows.Create(task, arguments, options, key, ClockOf(context).GetUtcNow());
        context.Add(new OutboxMessage
        {
            Id = row.Id,
            Task = row.Task,
            MessageKey = row.Key,
            Arguments = row.Arguments,
            Options = row.Options,
            Trace = row.Trace,
            CreatedAt = row.CreatedAt,
        });
        return row.Run;
    }

    /// <summary>Adds a dispatch with a typed name. See the other overload.</summary>
    /// <typeparam name="TArgument">The argument's type.</typeparam>
    /// <typeparam name="TResult">The value's type.</typeparam>
    /// <param name="context">The context.</param>
    /// <param name="task">The task.</param>
    /// <param name="argument">The argument.</param>
    /// <param name="options">The options of the run.</param>
    /// <param name="key">A key whose dispatches are handed over in order, or null.</param>
    /// <returns>The id of the run.</returns>
    public static RunId Dispatch<TArgument, TResult>(this DbContext context, TaskName<TArgument, TResult> task, TArgument argument,
        DispatchOptions? options = null, string? key = null) =>
        context.Dispatch(task.Name, TaskArguments.Of(argument), options, key);

    /// <summary>
    /// Records a run in the current transaction of a context, before or after its effects in the same transaction. If the transaction
    /// commits, so do the effects, and a further attempt of the run gets false.
    /// </summary>
    /// <param name="context">The context, with a transaction (<c>Database.BeginTransactionAsync</c>).</param>
    /// <param name="run">The run: <c>TaskRunContext.RunId</c>.</param>
    /// <param name="ct">A token that cancels the statement.</param>
    /// <returns>
    /// True if the run was not recorded before. False if an earlier attempt has committed: roll back, and return what it returned. While
    /// another attempt has recorded the run and neither committed nor rolled back, the call waits for it.
    /// </returns>
    /// <exception cref="InvalidOperationException">The context has no transaction, or its model has no inbox.</exception>
    public static Task<bool> TryRecordAsync(this DbContext context, RunId run, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        var transaction = context.Database.CurrentTransaction ?? throw new InvalidOperationException($"{context.GetType()} has no "
            + $"transaction in which {run} can be recorded with its effects. Call Database.BeginTransactionAsync before.");
        return new TaskOutbox(OutboxModel.TablesOf(context), ClockOf(context)).TryRecordAsync(transaction.GetDbTransaction(), run, ct);
    }

    private static TimeProvider ClockOf(DbContext context) =>
        context.GetService<IDbContextOptions>().FindExtension<CoreOptionsExtension>()?.ApplicationServiceProvider?
            .GetService<TimeProvider>() ?? TimeProvider.System;
}
