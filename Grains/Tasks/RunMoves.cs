using OrleansTasks.Clocks;
using OrleansTasks.Runs;

namespace OrleansTasks.Tasks;

/// <summary>Moves the runs of a task: the table says where an event leads and what has to be done, and this does it. Nothing else changes where a run is.</summary>
/// <param name="context">What all parts of the task share.</param>
/// <param name="line">Those that wait.</param>
/// <param name="places">Their places.</param>
internal sealed class RunMoves(TaskContext context, RunLine line, RunPlaces places) : TaskPart(context)
{
    /// <summary>Takes a run to where an event leads.</summary>
    /// <param name="run">The run.</param>
    /// <param name="happens">The event.</param>
    /// <param name="reason">What it waits for from then on, if its phase does not tell.</param>
    public void Move(ActiveRun run, RunEvent happens, string? reason = null)
    {
        var effects = run.Move(happens, reason);
        if (effects.Has(RunEffects.GiveBackPlaces))
        {
            places.Leave(run);
        }

        if (effects.Has(RunEffects.JoinLine))
        {
            line.Add(run);
        }

        if (effects.Has(RunEffects.SetTimer))
        {
            House.Keep();
            Timer.ArmBy(Times.Earlier(run.Phase == RunPhase.Pending ? run.DueAt : null, run.GivenUpAt));
        }
    }

    /// <summary>Has a run wait in the line.</summary>
    public void Wait(ActiveRun run, string waitingFor) => Move(run, RunEvent.Wait, waitingFor);
}
