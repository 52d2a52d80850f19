using OrleansTasks.Handlers.Contexts;

namespace OrleansTasks.Running;

/// <summary>Creates the operations that a run's context offers.</summary>
internal interface IRunControls
{
    IRunControl For(RunningRun run);
}
