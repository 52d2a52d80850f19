using OrleansTasks.Chaos.Faults;
using OrleansTasks.Chaos.Judging;

namespace OrleansTasks.Chaos.Machines;

/// <summary>Represents a running cluster that is not the checker's own. It continues after the check.</summary>
internal sealed class AttachedCluster(ChaosOptions options, AttachOptions attachment, TimeProvider time) : ITestedCluster
{
    public ClusterAccess Access { get; } = new(options.Store, attachment.Connection, attachment.ClusterId, attachment.ServiceId);

    // Without a program, the plan has no faults.
    public IFaultMaker Faults { get; } = new CommandFaults(attachment.Inject ?? "false", Path.Combine(options.Folder, "inject.log"), time);

    public string Records => attachment.Records;

    public IReadOnlyList<Notice>? Logged => null;

    public string Prefix { get; } = $"chaos-{time.GetUtcNow():yyyyMMdd-HHmmss}-";

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
