namespace OrleansTasks.Running;

/// <summary>Calls the runners of silos.</summary>
internal interface IRunnerClient
{
    /// <summary>Returns the runner of a silo.</summary>
    IRunnerService On(SiloAddress silo);
}
