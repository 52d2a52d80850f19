using OrleansTasks.Policies;
using OrleansTasks.Values;

namespace OrleansTasks.Tasks;

/// <summary>Checks requests to a task before anything is started or stored.</summary>
/// <param name="context">The context that all parts of the task share.</param>
internal sealed class RequestChecks(TaskContext context) : TaskPart(context)
{
    // Larger arguments are checked outside the grain's turn.
    private const int LargeArguments = 16 << 10;

    /// <summary>Checks a request's id. Without an id of its own, a request would be considered a repetition of another.</summary>
    public void CheckId(Guid? id)
    {
        if (id is null || id == Guid.Empty)
        {
            throw new InvalidTaskException(Known.Name, ["The request has no Id. Create one, such as Guid.CreateVersion7(), and use it for "
                + "repetitions."]);
        }
    }

    public void CheckFaults(IReadOnlyList<string>? faults)
    {
        if (faults is { Count: > 0 })
        {
            throw new InvalidTaskException(Known.Name, faults);
        }
    }

    /// <summary>Checks the headers that a run would have.</summary>
    /// <param name="given">The headers of the request, already validated; null for none.</param>
    public void CheckHeaders(IReadOnlyDictionary<string, string>? given)
    {
        if (given is not null)
        {
            HeaderLimits.Check(Known.Name, TaskHeaders.Over(given, Known.Entry?.Headers), Silo.Options.Limits);
        }
    }

    /// <summary>Checks a run's arguments as far as this silo can.</summary>
    /// <param name="arguments">The arguments; null for the task's own.</param>
    /// <param name="mayBeDeadly">Whether a silo may have been lost during this check, which calls the code of the arguments' types. In this
    /// case the check is left to the run's attempts, where losses count.</param>
    public ValueTask CheckArgumentsAsync(TaskArguments? arguments, bool mayBeDeadly)
    {
        if (arguments?.Size > Silo.Options.Limits.MaxArgumentsSize)
        {
            throw new PayloadTooLargeException(Known.Name, "The arguments", arguments.Size, Silo.Options.Limits.MaxArgumentsSize);
        }

        var given = arguments ?? Known.Entry?.Arguments ?? TaskArguments.None;
        var handler = Known.Entry!.Handler;
        if (given.Size > LargeArguments)
        {
            return new ValueTask(Silo.Background.RunAsync(() => CheckFit(handler, given, mayBeDeadly)));
        }

        CheckFit(handler, given, mayBeDeadly);
        return ValueTask.CompletedTask;
    }

    /// <summary>Returns the arguments as the handler binds them.</summary>
    public Task<SortedDictionary<string, string>> BindAsync(TaskArguments? arguments)
    {
        var (ofTask, shape) = (Known.Entry!.Arguments, Silo.Shapes.Find(Known.Entry.Handler));
        return (arguments ?? ofTask)?.Size > LargeArguments
            ? Silo.Background.RunAsync(() => BoundArguments.Of(arguments, ofTask, shape))
            : Task.FromResult(BoundArguments.Of(arguments, ofTask, shape));
    }

    private void CheckFit(string handler, TaskArguments arguments, bool mayBeDeadly)
    {
        if (arguments.Fault() is { } fault)
        {
            throw new TaskArgumentException(Known.Name, null, fault);
        }

        // Only a silo that has the handler can tell whether the arguments fit. Elsewhere, the run itself fails with the same message.
        if (!mayBeDeadly && Silo.Handlers.TryGet(handler, out var invoker))
        {
            invoker.Check(Known.Name, arguments);
        }
    }
}
