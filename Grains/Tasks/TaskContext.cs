using OrleansTasks.Clocks;

namespace OrleansTasks.Tasks;

/// <summary>Represents what all parts of one task share.</summary>
/// <param name="Silo">The services that all tasks on the silo share.</param>
/// <param name="Known">What the grain knows about the task.</param>
/// <param name="Turns">The turns of its grain.</param>
/// <param name="Clock">Its time.</param>
/// <param name="Link">The link to its partition.</param>
/// <param name="Runs">Its runs.</param>
/// <param name="Book">The occurrences that were taken.</param>
/// <param name="Teller">Publishes the task's events.</param>
/// <param name="House">Checks what waits.</param>
/// <param name="Timer">Ticks when something becomes due.</param>
internal sealed record TaskContext(
    TaskServices Silo,
    KnownTask Known,
    GrainTurns Turns,
    GrainClock Clock,
    PartitionLink Link,
    RunTable Runs,
    OccurrenceBook Book,
    TaskTeller Teller,
    Housekeeper House,
    DueTimer Timer);
