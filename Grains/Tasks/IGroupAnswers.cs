using OrleansTasks.Runs;

namespace OrleansTasks.Tasks;

/// <summary>What comes of asking a group for places.</summary>
internal interface IGroupAnswers
{
    /// <summary>A run has its place.</summary>
    void OnGranted(ActiveRun run);

    /// <summary>A run asks no more, and has none.</summary>
    void OnNotGranted(ActiveRun run);

    /// <summary>Another run may ask.</summary>
    void OnRoomToAsk();
}
