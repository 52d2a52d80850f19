using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Defines the statuses of a run.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<RunStatus>))]
public enum RunStatus
{
    /// <summary>The run is accepted and not due yet, or an attempt failed and the next one is not due yet.</summary>
    Pending = 0,

    /// <summary>The run is due and waits for a silo that has its handler, for a free place, or for the scheduler to start.</summary>
    Waiting = 1,

    /// <summary>An attempt is active.</summary>
    Running = 2,

    /// <summary>The handler returned.</summary>
    Succeeded = 3,

    /// <summary>The handler threw, or its value could not be sent.</summary>
    Failed = 4,

    /// <summary>The run, or its task, was cancelled before the handler returned.</summary>
    Cancelled = 5,

    /// <summary>An attempt or the whole run did not end within its timeout.</summary>
    TimedOut = 6,

    /// <summary>The silo of the run was lost, and the run's guarantee allows no further attempt.</summary>
    Lost = 7,

    /// <summary>A placeholder in consumed results: the history no longer has <see cref="TaskResult.Missed"/> results.</summary>
    Gap = 8,

    /// <summary>
    /// The run had not started before it expired (<see cref="DispatchOptions.ExpiresAt"/>), and the handler was not called.
    /// </summary>
    Expired = 9,
}

/// <summary>Provides extension methods of <see cref="RunStatus"/>.</summary>
public static class RunStatusExtensions
{
    /// <summary>Returns whether a run with this status never changes again.</summary>
    /// <param name="status">The status.</param>
    /// <returns>True from <see cref="RunStatus.Succeeded"/> to <see cref="RunStatus.Lost"/>, and for
    /// <see cref="RunStatus.Expired"/>.</returns>
    public static bool IsFinal(this RunStatus status) => status is (>= RunStatus.Succeeded and <= RunStatus.Lost) or RunStatus.Expired;
}
