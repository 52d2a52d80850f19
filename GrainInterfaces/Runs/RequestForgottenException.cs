namespace OrleansTasks;

/// <summary>
/// A dispatch was repeated so late that the cluster no longer knows whether it was acted upon, and a run that is made at most once must not be made again.
/// </summary>
/// <remarks>See <see cref="TaskEngineLimits.RequestRetention"/>. Look at the task's runs, and dispatch anew if the run is not among them.</remarks>
[GenerateSerializer, Alias("OrleansTasks.RequestForgottenException")]
public sealed class RequestForgottenException : TaskException
{
    /// <summary>Makes an error.</summary>
    /// <param name="run">The run that was asked for.</param>
    public RequestForgottenException(RunId run)
        : base(run.Task, $"Whether {run} was stored before is no longer known: its request is older than what is remembered (RequestRetention, MaxRememberedRequests). A run with {nameof(RunGuarantee.AtMostOnce)} is not made twice; look for it, and dispatch it anew if it is not there.") =>
        Run = run;

    /// <summary>The run that was asked for.</summary>
    [Id(0)]
    public RunId Run { get; }
}
