using OrleansTasks.Client.Links;
using OrleansTasks.Running;

namespace OrleansTasks.Tasks;

/// <summary>
/// Decides which requests for awaited runs may be old: sent before this activation started, or before the task was registered as it is now.
/// Nothing about them is stored. Their runs may have been executed, or cancelled with the task, without anybody here knowing. The caller of
/// such a request receives a name that nobody knew before. A request that carries the name was sent since then.
/// </summary>
/// <param name="context">The context that all parts of the task share.</param>
internal sealed class LateRequests(TaskContext context) : TaskPart(context)
{
    // Requests that their callers have repeated. The first message may still be on its way.
    private RememberedIds? _repeated;

    private Guid _name;
    private long _generation = -1;
    private long _since;
    private bool _knowsAll;

    /// <summary>
    /// Gets whether every repetition of a request has reached this activation: it has existed for longer than any message can be on its
    /// way, or there was no earlier activation.
    /// </summary>
    public bool KnowsAll => _knowsAll;

    /// <summary>Records that a request was repeated.</summary>
    public void NoteRepeated(Guid request) => (_repeated ??= new RememberedIds(Silo.Pauses)).Add(request);

    /// <summary>Returns whether a request was repeated recently.</summary>
    public bool WasRepeated(Guid request) => _repeated?.Contains(request) == true;

    /// <summary>Makes sure that a request is not an old one. The request is to start a run, and the task is registered.</summary>
    /// <exception cref="UnmetActivationException">The caller has to send the request again.</exception>
    public void EnsureNew(RunRequest request)
    {
        if (Known.Entry!.Generation != _generation)
        {
            // There was no earlier activation, and the task is as it was when this activation started, so nothing can be older.
            _knowsAll = Link.Term <= 1 && !Known.WasEnded;
            (_name, _generation, _since) = (Guid.NewGuid(), Known.Entry.Generation, Silo.Pauses.GetTimestamp());
        }

        // No message is on its way for that long, and this activation remembers which requests were repeated since.
        _knowsAll = _knowsAll || Silo.Pauses.GetElapsedTime(_since) > RememberedIds.Kept;
        if (!_knowsAll && request.Met is { } met && met != _name)
        {
            throw new UnmetActivationException(Known.Name, _name);
        }
    }
}
