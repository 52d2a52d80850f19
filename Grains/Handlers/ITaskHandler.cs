namespace OrleansTasks;

/// <summary>Defines a handler as a class. It is created from the scope of each run, so its constructor can request services.</summary>
/// <typeparam name="TArguments">The type to read the run's arguments as: the one positional argument, or all named arguments as one object.
/// <see cref="TaskArguments"/> receives them as they are.</typeparam>
/// <typeparam name="TResult">The type of the value.</typeparam>
public interface ITaskHandler<in TArguments, TResult>
{
    /// <summary>Runs the handler.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">A token that is cancelled when the run must stop: on request, at its timeout, or because the silo
    /// stops.</param>
    /// <returns>The value.</returns>
    Task<TResult> RunAsync(TArguments arguments, TaskRunContext run, CancellationToken cancellationToken);
}
