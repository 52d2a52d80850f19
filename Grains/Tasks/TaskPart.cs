using OrleansTasks.Clocks;

namespace OrleansTasks.Tasks;

/// <summary>Represents a part of one task. It has its own state, which no other part changes, and access to what all parts share.</summary>
/// <param name="context">The context that all parts share.</param>
internal abstract class TaskPart(TaskContext context)
{
    /// <summary>Gets the services that all tasks on the silo share.</summary>
    protected TaskServices Silo => context.Silo;

    /// <summary>Gets what is known about the task.</summary>
    protected KnownTask Known => context.Known;

    /// <summary>Gets the turns of its grain.</summary>
    protected GrainTurns Turns => context.Turns;

    /// <summary>Gets its clock.</summary>
    protected GrainClock Clock => context.Clock;

    /// <summary>Gets the link to its partition.</summary>
    protected PartitionLink Link => context.Link;

    /// <summary>Gets its runs.</summary>
    protected RunTable Runs => context.Runs;

    /// <summary>Gets the occurrences that were taken.</summary>
    protected OccurrenceBook Book => context.Book;

    /// <summary>Gets the part that publishes its events.</summary>
    protected TaskTeller Teller => context.Teller;

    /// <summary>Gets the part that checks what waits.</summary>
    protected Housekeeper House => context.House;

    /// <summary>Gets the timer for what becomes due.</summary>
    protected DueTimer Timer => context.Timer;
}
