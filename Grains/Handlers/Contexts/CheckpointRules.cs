namespace OrleansTasks.Handlers.Contexts;

/// <summary>Represents how much a handler may save, and how often.</summary>
/// <param name="MaxSize">The maximum size of a checkpoint, in bytes.</param>
/// <param name="MinInterval">The minimum time between two writes for one run.</param>
/// <param name="Clock">The clock of runs.</param>
/// <param name="Pauses">The clock by which writes are spaced out.</param>
internal sealed record CheckpointRules(int MaxSize, TimeSpan MinInterval, TimeProvider Clock, TimeProvider Pauses)
{
    /// <summary>The maximum length of the name of a step or a list.</summary>
    public const int LongestName = 200;
}
