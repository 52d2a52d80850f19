namespace OrleansTasks.Simulation;

internal sealed class LostTimer : PlantedDefect
{
    public override bool LosesTimers(string target, int earlier) => earlier > 0 && SimGrains.IsTask(target);
}
