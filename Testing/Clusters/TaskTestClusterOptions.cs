using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Testing;

/// <summary>Defines the settings of a <see cref="TaskTestCluster"/>.</summary>
public sealed class TaskTestClusterOptions
{
    /// <summary>Gets or sets the number of silos. Default: 1.</summary>
    public int Silos { get; set; } = 1;

    /// <summary>Gets or sets the number of clients, each with an Orleans client of its own. Default: 1.</summary>
    public int WebClients { get; set; } = 1;

    /// <summary>Gets or sets the instant at which the clock begins. Default: <see cref="TaskRun.DefaultInstant"/>.</summary>
    public DateTimeOffset Start { get; set; } = TaskRun.DefaultInstant;

    /// <summary>Gets or sets the action that defines the tasks of every silo. Default: none.</summary>
    public Action<TasksBuilder> Tasks { get; set; } = static _ => { };

    /// <summary>
    /// Gets or sets the action that defines further tasks of a silo by its number, which increases by one with each started silo. Default:
    /// none.
    /// </summary>
    public Action<TasksBuilder, int> TasksOfSilo { get; set; } = static (_, _) => { };

    /// <summary>
    /// Gets or sets the action that sets the options of every silo. Default: none. There are 4 partitions unless it sets another number.
    /// </summary>
    public Action<TasksOptions> Configure { get; set; } = static _ => { };

    /// <summary>
    /// Gets or sets the action that adds services to every silo. Their <see cref="TimeProvider"/> is the cluster's clock. Default: none.
    /// </summary>
    public Action<IServiceCollection> Services { get; set; } = static _ => { };

    /// <summary>
    /// Gets or sets the action that configures every silo further: grain storage, reminders, call filters. Default: none.
    /// </summary>
    public Action<ISiloBuilder> Silo { get; set; } = static _ => { };

    /// <summary>Gets or sets the action that adds services to every client host. Default: none.</summary>
    public Action<IServiceCollection> ClientServices { get; set; } = static _ => { };

    /// <summary>Gets or sets the action that configures the logging of silos and clients. Default: warnings, to no provider.</summary>
    public Action<ILoggingBuilder> Logging { get; set; } = static _ => { };

    /// <summary>Gets or sets the storage, which survives its silos and the cluster. Default: null, which creates one.</summary>
    public TestTaskStorage? Storage { get; set; }

    /// <summary>Gets or sets how much real time a wait may take before it throws. Default: 30 seconds.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(30);
}
