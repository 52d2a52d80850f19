namespace OrleansTasks;

/// <summary>
/// The exception that is thrown when a dispatch is repeated so late that the cluster no longer knows whether it took effect, and the run
/// must start at most once.
/// </summary>
/// <remarks>
/// See <see cref="TaskEngineLimits.RequestRetention"/>. Look at the task's runs, and dispatch again if the run is not among them.
/// </remarks>
[GenerateSerializer, Alias("OrleansTasks.RequestForgottenException")]
public sealed class RequestForgottenException : TaskException
{
    /// <summary>Initializes a new instance of the <see cref="RequestForgottenException"/> class.</summary>
    /// <param name="run">The id of the requested run.</param>
    public RequestForgottenException(RunId run)
        : base(run.Task, $"It is no longer known whether {run} was stored before: its request is older than those that are remembered "
            + $"(RequestRetention, MaxRememberedRequests). A run with {nameof(RunGuarantee.AtMostOnce)} must not start twice. Look for "
                + "it, and dispatch it again if it does not exist.") =>
        Run = run;

    /// <summary>Gets the id of the requested run.</summary>
    [Id(0)]
    public RunId Run { get; }
}
