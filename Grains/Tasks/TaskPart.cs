using OrleansTasks.Clocks;

namespace OrleansTasks.Tasks;

/// <summary>A part of one task. It has its own state, which no other part touches, and at hand what all parts share.</summary>
/// <param name="context">What all parts share.</param>
internal abstract class TaskPart(TaskContext context)
{
    /// <summary>What all tasks on the silo share.</summary>
    protected TaskServices Silo => context.Silo;

    /// <summary>What is known of the task.</summary>
    protected KnownTask Known => context.Known;

    /// <summary>The turns of its grain.</summary>
    protected GrainTurns Turns => context.Turns;

    /// <summary>Its time.</summary>
    protected GrainClock Clock => context.Clock;

    /// <summary>Its partition.</summary>
    protected PartitionLink Link => context.Link;

    /// <summary>Its runs.</summary>
    protected RunTable Runs => context.Runs;

    /// <summary>Which of its occurrences were taken.</summary>
    protected OccurrenceBook Book => context.Book;

    /// <summary>Tells what happens to it.</summary>
    protected TaskTeller Teller => context.Teller;

    /// <summary>Looks after what waits.</summary>
    protected Housekeeper House => context.House;

    /// <summary>Ticks for what becomes due.</summary>
    protected DueTimer Timer => context.Timer;
}
