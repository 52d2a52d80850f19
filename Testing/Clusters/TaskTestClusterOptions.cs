using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Testing;

/// <summary>How a <see cref="TaskTestCluster"/> is made.</summary>
public sealed class TaskTestClusterOptions
{
    /// <summary>Gets or sets the number of silos. Default: 1.</summary>
    public int Silos { get; set; } = 1;

    /// <summary>Gets or sets the number of client web servers, each with an Orleans client of its own. Default: 1.</summary>
    public int WebClients { get; set; } = 1;

    /// <summary>Gets or sets the instant at which the clock begins. Default: <see cref="TaskRun.DefaultInstant"/>.</summary>
    public DateTimeOffset Start { get; set; } = TaskRun.DefaultInstant;

    /// <summary>Gets or sets what every silo defines. Default: nothing.</summary>
    public Action<TasksBuilder> Tasks { get; set; } = static _ => { };

    /// <summary>Gets or sets what a silo defines besides, by its number, which rises by one with each silo that is started. Default: nothing.</summary>
    public Action<TasksBuilder, int> TasksOfSilo { get; set; } = static (_, _) => { };

    /// <summary>Gets or sets what sets the options of every silo. Default: nothing. There are 4 partitions unless it sets another number.</summary>
    public Action<TasksOptions> Configure { get; set; } = static _ => { };

    /// <summary>Gets or sets what adds services to every silo; the <see cref="TimeProvider"/> is the cluster's clock. Default: nothing.</summary>
    public Action<IServiceCollection> Services { get; set; } = static _ => { };

    /// <summary>Gets or sets what adds services to every client web server. Default: nothing.</summary>
    public Action<IServiceCollection> ClientServices { get; set; } = static _ => { };

    /// <summary>Gets or sets what sets up the logging of silos and clients. Default: warnings, to no provider.</summary>
    public Action<ILoggingBuilder> Logging { get; set; } = static _ => { };

    /// <summary>Gets or sets the storage, which outlives silos, and the cluster. Null, the default: a new one.</summary>
    public TestTaskStorage? Storage { get; set; }

    /// <summary>Gets or sets how much real time may pass in a wait without an end to it before that throws. Default: 30 seconds.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(30);
}
