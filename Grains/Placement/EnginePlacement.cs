namespace OrleansTasks.Placement;

/// <summary>Defines the placement of the engine's grains; see <see cref="EnginePlacementDirector"/>.</summary>
internal sealed class EnginePlacement : PlacementStrategy
{
    public static readonly EnginePlacement Instance = new();
}
