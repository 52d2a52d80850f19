using Microsoft.Extensions.Logging;
using OrleansTasks.Access;

namespace OrleansTasks.Masks;

/// <summary>
/// Logs failures of the host's masking hook: the first one, and then at most one a minute, because the hook runs for every line of a page.
/// </summary>
internal sealed partial class MaskingFaults(TimeProvider time, ILogger<MaskingFaults> log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private readonly Lock _gate = new();
    private long? _last;
    private long _unsaid;

    /// <summary>Records a failure. The log omits the exception's message, because it may quote the value to be hidden.</summary>
    public void Add(Exception failure, string? task, MaskedKind kind)
    {
        long more;
        lock (_gate)
        {
            if (_last is { } last && time.GetElapsedTime(last) < Pause)
            {
                _unsaid++;
                return;
            }

            (_last, more, _unsaid) = (time.GetTimestamp(), _unsaid, 0);
        }

        var at = (failure.StackTrace ?? "").Split('\n', StringSplitOptions.TrimEntries)[0];
        LogFailed(log, failure.GetType().FullName ?? "an exception", Sanitized.Text(at, 300), kind, Sanitized.Text(task, 100), more);
    }

    [LoggerMessage(46, LogLevel.Warning,
        "The masking hook threw {Exception} ({At}) for {Kind} of '{Task}'; the data stays hidden. It threw {More} more times since the "
        + "last message.")]
    private static partial void LogFailed(ILogger logger, string exception, string at, MaskedKind kind, string task, long more);
}
