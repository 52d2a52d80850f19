using OrleansTasks.Runs;

namespace OrleansTasks.Tasks;

/// <summary>Receives the answers to requests for places in a group.</summary>
internal interface IGroupAnswers
{
    /// <summary>Called when a run has received its place.</summary>
    void OnGranted(ActiveRun run);

    /// <summary>Called when a run stops asking and has no place.</summary>
    void OnNotGranted(ActiveRun run);

    /// <summary>Called when another run may ask.</summary>
    void OnRoomToAsk();
}
