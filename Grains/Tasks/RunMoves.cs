using OrleansTasks.Clocks;
using OrleansTasks.Runs;

namespace OrleansTasks.Tasks;

/// <summary>
/// Moves the runs of a task. The table defines the phase to which an event leads and the effects; this class carries them out. Nothing else
/// changes a run's phase.
/// </summary>
/// <param name="context">The context that all parts of the task share.</param>
/// <param name="line">The line of waiting runs.</param>
/// <param name="places">The places of runs.</param>
internal sealed class RunMoves(TaskContext context, RunLine line, RunPlaces places) : TaskPart(context)
{
    /// <summary>Moves a run to the phase to which an event leads.</summary>
    /// <param name="run">The run.</param>
    /// <param name="happens">The event.</param>
    /// <param name="reason">What the run then waits for, if its phase does not tell.</param>
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

    /// <summary>Makes a run wait in the line.</summary>
    public void Wait(ActiveRun run, string waitingFor) => Move(run, RunEvent.Wait, waitingFor);
}
