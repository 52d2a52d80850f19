using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Where a run is, or what it came to.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<RunStatus>))]
public enum RunStatus
{
    /// <summary>Accepted, and not due yet; or an attempt has failed, and the next one is not due yet.</summary>
    Pending = 0,

    /// <summary>Due, and waiting: for a silo that has its handler, for a free place, or for the scheduler to be started.</summary>
    Waiting = 1,

    /// <summary>An attempt is under way.</summary>
    Running = 2,

    /// <summary>The handler returned.</summary>
    Succeeded = 3,

    /// <summary>The handler threw, or its value could not be sent.</summary>
    Failed = 4,

    /// <summary>The run, or its task, was cancelled before the handler returned.</summary>
    Cancelled = 5,

    /// <summary>The handler did not end within the run's timeout, or the run not within its timeout as a whole.</summary>
    TimedOut = 6,

    /// <summary>The silo that ran it was lost, and the run's guarantee forbids another attempt.</summary>
    Lost = 7,

    /// <summary>Only among results that are consumed: <see cref="TaskResult.Missed"/> results went by that the history no longer holds.</summary>
    Gap = 8,

    /// <summary>It had not begun when it was no longer wanted (<see cref="DispatchOptions.ExpiresAt"/>); the handler was not called.</summary>
    Expired = 9,
}

/// <summary>Questions about a <see cref="RunStatus"/>.</summary>
public static class RunStatusExtensions
{
    /// <summary>Whether a run with this status will never change again.</summary>
    /// <param name="status">The status.</param>
    /// <returns>True from <see cref="RunStatus.Succeeded"/> to <see cref="RunStatus.Lost"/>, and for <see cref="RunStatus.Expired"/>.</returns>
    public static bool IsFinal(this RunStatus status) => status is (>= RunStatus.Succeeded and <= RunStatus.Lost) or RunStatus.Expired;
}
