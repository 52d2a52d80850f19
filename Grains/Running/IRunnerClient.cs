namespace OrleansTasks.Running;

/// <summary>Reaches the runners of silos.</summary>
internal interface IRunnerClient
{
    /// <summary>The runner of a silo.</summary>
    IRunnerService On(SiloAddress silo);
}
