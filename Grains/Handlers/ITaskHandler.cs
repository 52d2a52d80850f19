namespace OrleansTasks;

/// <summary>A handler as a class, made for each run from the run's own DI scope, so that its constructor can ask for services.</summary>
/// <typeparam name="TArguments">
/// What the run's arguments are read as: the one positional argument, or all named ones as one object. <see cref="TaskArguments"/> takes them as they are.
/// </typeparam>
/// <typeparam name="TResult">The value's type.</typeparam>
public interface ITaskHandler<in TArguments, TResult>
{
    /// <summary>Does the work.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Cancelled when the run is to stop: by request, by its timeout, or because the silo stops.</param>
    /// <returns>The value.</returns>
    Task<TResult> RunAsync(TArguments arguments, TaskRunContext run, CancellationToken cancellationToken);
}
