using OrleansTasks.Clocks;

namespace OrleansTasks.Tasks;

/// <summary>What all parts of one task share.</summary>
/// <param name="Silo">What all tasks on the silo share.</param>
/// <param name="Known">What is known of the task.</param>
/// <param name="Turns">The turns of its grain.</param>
/// <param name="Clock">Its time.</param>
/// <param name="Link">Its partition.</param>
/// <param name="Runs">Its runs.</param>
/// <param name="Book">Which of its occurrences were taken.</param>
/// <param name="Teller">Tells what happens to it.</param>
/// <param name="House">Looks after what waits.</param>
/// <param name="Timer">Ticks for what becomes due.</param>
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
