using Microsoft.Extensions.Configuration;
using OrleansTasks.Configured;

namespace OrleansTasks;

/// <summary>Takes tasks, groups, calendars and options from the host's configuration.</summary>
public static class TasksConfigurationExtensions
{
    /// <summary>
    /// Takes tasks (<c>Tasks</c>), limits of groups (<c>Groups</c>), business calendars (<c>Calendars</c>) and the options of the engine (<c>Options</c>) from configuration, with the names that they
    /// have over HTTP. All but the options are taken over again whenever it changes.
    /// </summary>
    /// <remarks>
    /// What is wrong stops the silo at its start, with one error that names the path of each fault; a wrong change while it runs is logged with its paths, and what was in force stays. Configuration
    /// goes before code, where <see cref="CodeWins"/> does not say otherwise: what it leaves out of a task that code defines too is as the code has it. A task that it names no more is cancelled,
    /// if nobody but configuration has defined it. What is changed while running stays until configuration says something else.
    /// In a cluster every silo has the same configuration. Of several, the one with the highest <c>Version</c> is in force; of several with the same version, or without one, the one that came last.
    /// </remarks>
    /// <param name="tasks">The builder.</param>
    /// <param name="configuration">The section, by custom <c>configuration.GetSection("OrleansTasks")</c>.</param>
    /// <returns>The builder.</returns>
    public static TasksBuilder FromConfiguration(this TasksBuilder tasks, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(configuration);
        tasks.ConfigurationRules.Add(configuration);

        // What is wrong there, the check of all that it says tells.
        return tasks.Configure(options => new OptionsSection(new ConfigurationFaults()).Apply(configuration.GetSection("Options"), options));
    }

    /// <summary>Has tasks be as this code says, whatever configuration says of them.</summary>
    /// <param name="tasks">The builder.</param>
    /// <param name="names">The names of tasks that this code defines.</param>
    /// <returns>The builder.</returns>
    public static TasksBuilder CodeWins(this TasksBuilder tasks, params string[] names)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(names);
        tasks.ConfigurationRules.CodeWins.UnionWith(names);
        return tasks;
    }
}
