using OrleansTasks.Client.Links;
using OrleansTasks.Running;

namespace OrleansTasks.Tasks;

/// <summary>
/// Decides which requests for awaited runs may be old: sent before this activation began, or before the task was registered as it is now. Nothing is stored of them, so their runs may have been
/// made, or have been called off with the task, and nobody here know it. Who asks is told a name, which nobody knew before; what bears it was sent since then.
/// </summary>
/// <param name="context">What all parts of the task share.</param>
internal sealed class LateRequests(TaskContext context) : TaskPart(context)
{
    // Requests that their callers have repeated: the first message may still be on its way.
    private RememberedIds? _repeated;

    private Guid _name;
    private long _generation = -1;
    private long _since;
    private bool _knowsAll;

    /// <summary>Whether this activation has been there for longer than any message is on its way, or nobody was there before; each that repeated a request has come to it then.</summary>
    public bool KnowsAll => _knowsAll;

    /// <summary>Notes that a request was repeated.</summary>
    public void NoteRepeated(Guid request) => (_repeated ??= new RememberedIds(Silo.Pauses)).Add(request);

    /// <summary>Whether a request was repeated of late.</summary>
    public bool WasRepeated(Guid request) => _repeated?.Contains(request) == true;

    /// <summary>Makes sure that a request is not an old one. It is to begin a run, and the task is registered.</summary>
    /// <exception cref="UnmetActivationException">The caller is to send it once more.</exception>
    public void EnsureNew(RunRequest request)
    {
        if (Known.Entry!.Generation != _generation)
        {
            // Nobody was here before, and the task is as it was when this activation began: nothing can be older.
            _knowsAll = Link.Term <= 1 && !Known.WasEnded;
            (_name, _generation, _since) = (Guid.NewGuid(), Known.Entry.Generation, Silo.Pauses.GetTimestamp());
        }

        // No message is on its way for so long, and this activation remembers what was repeated since.
        _knowsAll = _knowsAll || Silo.Pauses.GetElapsedTime(_since) > RememberedIds.Kept;
        if (!_knowsAll && request.Met is { } met && met != _name)
        {
            throw new UnmetActivationException(Known.Name, _name);
        }
    }
}
