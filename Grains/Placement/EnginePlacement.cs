namespace OrleansTasks.Placement;

/// <summary>Where the engine's grains go; see <see cref="EnginePlacementDirector"/>.</summary>
internal sealed class EnginePlacement : PlacementStrategy
{
    public static readonly EnginePlacement Instance = new();
}
