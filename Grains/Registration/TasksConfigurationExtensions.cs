using Microsoft.Extensions.Configuration;
using OrleansTasks.Configured;

namespace OrleansTasks;

/// <summary>Reads tasks, groups, calendars and options from the host's configuration.</summary>
public static class TasksConfigurationExtensions
{
    /// <summary>
    /// Reads tasks (<c>Tasks</c>), limits of groups (<c>Groups</c>), business calendars (<c>Calendars</c>) and the engine's options
    /// (<c>Options</c>) from configuration, under the names that they have over HTTP. All except the options are read again whenever the
    /// configuration changes.
    /// </summary>
    /// <remarks>
    /// Faults stop the silo at its start, with one error that gives the path of each fault. A faulty change at run time is logged with its
    /// paths, and the previous configuration stays in force. Configuration takes precedence over code, unless <see cref="CodeWins"/> says
    /// otherwise: what it omits of a task that code also defines is as in the code. A task that it no longer names is cancelled, if only
    /// configuration has defined it. Changes at run time remain until the configuration changes. In a cluster every silo has the same
    /// configuration. Of several, the one with the highest <c>Version</c> is in force; among equal or missing versions, the one that
    /// arrived last.
    /// </remarks>
    /// <param name="tasks">The builder.</param>
    /// <param name="configuration">The section, usually <c>configuration.GetSection("OrleansTasks")</c>.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public static TasksBuilder FromConfiguration(this TasksBuilder tasks, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(configuration);
        tasks.ConfigurationRules.Add(configuration);

        // The validation of the whole configuration reports faults in the options.
        return tasks.Configure(
            options => new OptionsSection(new ConfigurationFaults()).Apply(configuration.GetSection("Options"), options));
    }

    /// <summary>Makes the code's definition of tasks take precedence over configuration.</summary>
    /// <param name="tasks">The builder.</param>
    /// <param name="names">The names of tasks that this code defines.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public static TasksBuilder CodeWins(this TasksBuilder tasks, params string[] names)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(names);
        tasks.ConfigurationRules.CodeWins.UnionWith(names);
        return tasks;
    }
}
