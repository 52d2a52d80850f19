using Microsoft.Extensions.Logging;
using OrleansTasks.Client.Links;
using static OrleansTasks.Supervision.ConfigurationLog;

namespace OrleansTasks.Supervision;

/// <summary>
/// Handles what prevents a configuration from being applied to the registry. It reports each kind of failure once, and determines when to
/// retry.
/// </summary>
internal sealed class ConfigurationFailures(ILogger log)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    // Silos of an earlier version stay for as long as a rolling deployment takes.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    // A call that fails because a silo was just lost succeeds soon, because grains are placed elsewhere.
    private static readonly TimeSpan Unnoticed = TimeSpan.FromMilliseconds(500);
    private TimeSpan _passing = FirstPause;
    private Kind? _told;

    private enum Kind
    {
        /// <summary>A silo of an earlier version does not support it.</summary>
        NotKnown,

        /// <summary>The cluster or storage does not accept it now.</summary>
        Failing,

        /// <summary>Another error occurred, here or there.</summary>
        Unexpected,
    }

    /// <summary>Gets the wait until the next attempt, or null if the last one has succeeded.</summary>
    public TimeSpan? Pause { get; private set; }

    /// <summary>Decides whether a silo starts despite this failure, and retries while it runs.</summary>
    public static bool IsForLater(Exception e) => e is TimeoutException || KindOf(e) != Kind.Failing;

    public void Note(string path, Exception e)
    {
        var kind = KindOf(e);
        Pause = kind == Kind.NotKnown ? LongestPause : _passing;
        _passing = _passing < LongestPause / 2 ? _passing * 2 : LongestPause;
        if (_told == kind || (kind == Kind.Failing && e is not TimeoutException && ClusterCalls.IsTransient(e) && Pause < Unnoticed))
        {
            return;
        }

        _told = kind;
        switch (kind)
        {
            case Kind.NotKnown:
                LogNotKnown(log, path, e.Message);
                break;
            case Kind.Failing:
                LogFailing(log, path, e.Message);
                break;
            default:
                LogUnexpected(log, path, e.Message, e);
                break;
        }
    }

    public void Clear(string path)
    {
        (Pause, _passing) = (null, FirstPause);
        if (_told is not null)
        {
            _told = null;
            LogRecovered(log, path);
        }
    }

    private static Kind KindOf(Exception e) => e switch
    {
        // Orleans answers like this for a silo that cannot read the call, because it lacks the method ("inv" is the invokable).
        TypeLoadException when e.Message.Contains("(\"inv\"", StringComparison.Ordinal) => Kind.NotKnown,
        TaskException or OperationCanceledException or ObjectDisposedException => Kind.Failing,
        _ => ClusterCalls.IsTransient(e) ? Kind.Failing : Kind.Unexpected,
    };
}
