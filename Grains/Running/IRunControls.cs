using OrleansTasks.Handlers.Contexts;

namespace OrleansTasks.Running;

/// <summary>Makes what a run's context acts through.</summary>
internal interface IRunControls
{
    IRunControl For(RunningRun run);
}
