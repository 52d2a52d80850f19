using Microsoft.Extensions.Logging;
using OrleansTasks.Client.Links;
using static OrleansTasks.Supervision.ConfigurationLog;

namespace OrleansTasks.Supervision;

/// <summary>What keeps a configuration from being brought into the registry: each kind of it is told once, and says when to try again.</summary>
internal sealed class ConfigurationFailures(ILogger log)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    // Silos of an earlier version stay for as long as a rolling deploy takes.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    // What fails because a silo was just lost succeeds soon: grains are placed elsewhere.
    private static readonly TimeSpan Unnoticed = TimeSpan.FromMilliseconds(500);
    private TimeSpan _passing = FirstPause;
    private Kind? _told;

    private enum Kind
    {
        /// <summary>A silo of an earlier version does not know how.</summary>
        NotKnown,

        /// <summary>The cluster or storage does not take it now.</summary>
        Failing,

        /// <summary>Something else is wrong, here or there.</summary>
        Unexpected,
    }

    /// <summary>How long to wait until the next try; null if the last one has succeeded.</summary>
    public TimeSpan? Pause { get; private set; }

    /// <summary>Whether a silo starts although this has failed, and tries again while it runs.</summary>
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
        // So Orleans answers for a silo that cannot read the call, because it lacks the method ("inv" is what is to be invoked).
        TypeLoadException when e.Message.Contains("(\"inv\"", StringComparison.Ordinal) => Kind.NotKnown,
        TaskException or OperationCanceledException or ObjectDisposedException => Kind.Failing,
        _ => ClusterCalls.IsTransient(e) ? Kind.Failing : Kind.Unexpected,
    };
}
