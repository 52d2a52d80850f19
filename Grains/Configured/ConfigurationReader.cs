using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using OrleansTasks.Handlers;
using OrleansTasks.Records;
using OrleansTasks.Settings;

namespace OrleansTasks.Configured;

/// <summary>
/// Reads what a silo's configuration says about tasks, groups and calendars. It finds all faults at once, each with its path.
/// </summary>
/// <param name="rules">The section, and the tasks for which code takes precedence.</param>
/// <param name="handlers">The definitions in code.</param>
/// <param name="options">The limits of this host.</param>
internal sealed class ConfigurationReader(ConfigurationRules rules, HandlerCatalog handlers, IOptions<TasksOptions> options)
{
    private static readonly string[] Registered = ["Tasks", "Groups", "Calendars"];
    private static readonly string[] Members = ["Version", "Options", .. Registered];

    // The settings of other parts of the library, which may be in the same section.
    private static readonly string[] Others = ["Client", "Api", "Dashboard"];
    private ConfigurationReading? _first;

    // Whether tasks were present at the last complete reading, and one of their settings.
    private bool _hadTasks;
    private string? _sample;

    /// <summary>Gets whether tasks are configured at all.</summary>
    public bool IsUsed => rules.Source is not null;

    /// <summary>Gets the configuration at the start of the silo.</summary>
    public ConfigurationReading First => _first ??= Read();

    /// <summary>
    /// Gets whether tasks have disappeared although no change was signaled. This happens with a file that can no longer be read.
    /// </summary>
    public bool HasVanished =>
        _hadTasks && (_sample is null ? !SectionReader.Has(rules.Source!, "Tasks") : rules.Source![$"Tasks:{_sample}"] is null);

    /// <summary>Reads the present configuration.</summary>
    public ConfigurationReading Read()
    {
        var faults = new ConfigurationFaults();
        if (rules.Source is not { } source)
        {
            return new ConfigurationReading(new ConfiguredContent { Path = "" }, faults.All);
        }

        foreach (var child in source.GetChildren().Where(c => !Members.Concat(Others).Contains(c.Key, StringComparer.OrdinalIgnoreCase)))
        {
            faults.Add(child, SectionReader.Known(Members));
        }

        if (rules.HasMore)
        {
            faults.Add("FromConfiguration", "It was called with several sections; only one is supported.");
        }

        foreach (var name in rules.CodeWins.Where(n => handlers.Code.All(d => d.Name != n)))
        {
            faults.Add("CodeWins", $"The task '{name}' must be as the code defines it (CodeWins), but the code does not define it.");
        }

        var limits = LimitsOf(options);
        var (tasks, kept) = ReadTasks(SectionReader.Member(source, "Tasks"), faults, limits);
        var content = new ConfiguredContent
        {
            Path = source is IConfigurationSection section ? section.Path : "",
            Version = ReadVersion(SectionReader.Member(source, "Version"), faults),
            SaysTasks = SectionReader.Has(source, "Tasks"),
            SaysAnything = Registered.Any(m => SectionReader.Has(source, m)),
            Tasks = tasks,
            Kept = kept,
            Groups = ReadNamed<RunGroup>(SectionReader.Member(source, "Groups"), faults, (n, g) => (TaskNames.Fault(n), g.Faults())),
            Calendars = ReadNamed<BusinessCalendar>(SectionReader.Member(source, "Calendars"), faults,
                (n, c) => (BusinessCalendar.NameFault(n), c.Faults(limits.MaxCalendarDays, limits.MaxDescriptionLength))),
            Options = ReadOptions(SectionReader.Member(source, "Options"), faults),
        };
        if (content.Calendars.Count > limits.MaxCalendars)
        {
            faults.Add(SectionReader.Member(source, "Calendars"),
                $"There are {content.Calendars.Count} business calendars; {limits.MaxCalendars} are allowed (MaxCalendars).");
        }

        _hadTasks = content.SaysTasks;
        _sample = SampleOf(SectionReader.Member(source, "Tasks"));
        return new ConfigurationReading(content.Sealed(), faults.All);
    }

    /// <summary>Registers an action that runs after each change.</summary>
    public IDisposable Listen(Action action) =>
        rules.Source is { } source ? ChangeToken.OnChange(source.GetReloadToken, action) : new CancellationTokenSource();

    private (IReadOnlyList<ConfiguredTask> Tasks, IReadOnlyList<string> Kept) ReadTasks(IConfigurationSection section,
        ConfigurationFaults faults, TaskEngineLimits limits)
    {
        new SectionReader(faults).IsObject(section);
        var reader = new TaskSection(faults, handlers, limits);
        var tasks = new List<ConfiguredTask>();
        var kept = new List<string>();
        foreach (var child in section.GetChildren())
        {
            // Configuration ignores case, but names of tasks are case-sensitive.
            var code = handlers.Code.FirstOrDefault(d => d.Name == child.Key)
                ?? handlers.Code.FirstOrDefault(d => d.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            var task = reader.Read(child, code);
            if (code is not null && rules.CodeWins.Contains(code.Name))
            {
                kept.Add(code.Name);
            }
            else if (task is not null)
            {
                tasks.Add(task);
            }
        }

        return (tasks, kept);
    }

    private static Dictionary<string, T> ReadNamed<T>(IConfigurationSection section, ConfigurationFaults faults,
        Func<string, T, (string? Name, IReadOnlyList<string> Faults)> check)
        where T : class, new()
    {
        var reader = new SectionReader(faults);
        reader.IsObject(section);
        var all = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var child in section.GetChildren())
        {
            var before = faults.Count;
            var value = reader.Read<T>(child) ?? new T();
            if (faults.Count == before)
            {
                var (name, wrong) = check(child.Key, value);
                if (name is not null)
                {
                    faults.Add(child, name);
                }

                faults.AddNamed(child, wrong);
                all[child.Key] = value;
            }
        }

        return all;
    }

    private static string ReadOptions(IConfigurationSection section, ConfigurationFaults faults)
    {
        var options = new TasksOptions();
        new OptionsSection(faults).Apply(section, options);
        faults.AddNamed(section, TasksOptionsValidator.Faults(options), root: nameof(TasksOptions));
        return Fingerprints.Of(
            section.AsEnumerable().OrderBy(p => p.Key, StringComparer.OrdinalIgnoreCase).Select(p => (string?[])[p.Key, p.Value]));
    }

    private static string? SampleOf(IConfigurationSection tasks) =>
        tasks.AsEnumerable(makePathsRelative: true).FirstOrDefault(static p => p is { Key.Length: > 0, Value: not null }).Key;

    private static TaskEngineLimits LimitsOf(IOptions<TasksOptions> options)
    {
        try
        {
            return options.Value.Limits;
        }
        catch (OptionsValidationException)
        {
            // The silo does not start. The one error that lists everything reports the fault in the limits.
            return TaskEngineLimits.Widest;
        }
    }

    private static long ReadVersion(IConfigurationSection section, ConfigurationFaults faults)
    {
        var version = new SectionReader(faults).ReadValue(section, typeof(long)) is { } text
            ? long.Parse((string)text!, CultureInfo.InvariantCulture)
            : 0;
        if (version < 0)
        {
            faults.Add(section, $"{version} is negative; versions must be at least 1.");
        }

        return version;
    }
}

/// <summary>Contains the result of reading configuration.</summary>
/// <param name="Content">The content, which is incomplete if there are faults.</param>
/// <param name="Faults">The faults, each with its path.</param>
internal sealed record ConfigurationReading(ConfiguredContent Content, IReadOnlyList<string> Faults);
