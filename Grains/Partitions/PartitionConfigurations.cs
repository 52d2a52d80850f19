using OrleansTasks.Calls;
using OrleansTasks.Records;

namespace OrleansTasks.Partitions;

/// <summary>
/// Applies the silos' configuration. Partition 0 decides which of several configurations is in force, and keeps its calendars. Every
/// partition applies what the configuration says about its own tasks at once, and rejects an earlier one.
/// </summary>
/// <param name="context">The context that all parts of the partition share.</param>
/// <param name="calendars">The business calendars.</param>
internal sealed class PartitionConfigurations(PartitionContext context, PartitionCalendars calendars) : PartitionPart(context)
{
    private AppliedConfiguration? InForce => State.Header!.Configuration;

    /// <summary>Decides whether a configuration comes into force, and applies its calendars.</summary>
    public async Task<ConfigurationTurn> BeginAsync(ConfigurationOffer offer)
    {
        if (InForce is { } before && before.Content != offer.Content
            && (offer.Version < before.Version || (offer.Again && offer.Version == before.Version)))
        {
            await CommitAsync();
            return new ConfigurationTurn { Version = before.Version };
        }

        var missing = offer.Observed.Where(n => !offer.Calendars.ContainsKey(n) && State.Calendars.Find(n) is null).ToList();
        if (missing.Count > 0)
        {
            await CommitAsync();
            return new ConfigurationTurn { Missing = missing };
        }

        if (InForce?.Content == offer.Content)
        {
            await CommitAsync();
        }
        else
        {
            await TakeOverAsync(offer);
        }

        return new ConfigurationTurn { Number = InForce!.Number, Groups = InForce.Groups };
    }

    /// <summary>
    /// Records that a configuration was applied completely, and removes the calendars that it no longer has. If the configuration is no
    /// longer in force, nothing changes.
    /// </summary>
    /// <returns>The calendars that could not be removed because tasks observe them.</returns>
    public async Task<IReadOnlyList<string>> EndAsync(long number, IReadOnlyDictionary<string, string> groups, IReadOnlyList<string> kept)
    {
        var observed = new List<string>();
        foreach (var name in IsInForce() ? InForce!.Calendars.Keys.Except(kept, StringComparer.Ordinal).ToList() : [])
        {
            try
            {
                // A later configuration may come into force meanwhile and contain it.
                await calendars.RemoveAsync(name, Guid.Empty, IsInForce);
            }
            catch (TaskConflictException)
            {
                observed.Add(name);
            }
        }

        if (IsInForce())
        {
            var applied = InForce!;
            var still = applied.Calendars.Where(
                c => kept.Contains(c.Key, StringComparer.Ordinal) || observed.Contains(c.Key, StringComparer.Ordinal));
            State.SetHeader(
                State.Header! with
                {
                    Configuration = applied with
                    {
                        Groups = groups,
                        Calendars = new Dictionary<string, string>(still, StringComparer.Ordinal)
                    }
                });
        }

        await CommitAsync();
        return observed;

        bool IsInForce() => InForce?.Number == number;
    }

    /// <summary>Returns whether a configuration is still in force.</summary>
    public async Task<bool> IsInForceAsync(long number)
    {
        await CommitAsync();
        return InForce?.Number == number;
    }

    /// <summary>
    /// Applies what a configuration says about the tasks here, completely or not at all. A configuration that is earlier than the applied
    /// one changes nothing. The applied configuration may arrive again from a silo with other code. That silo then defines the tasks that
    /// were released, and contributes its code's definitions of configured tasks.
    /// </summary>
    public async Task<ConfigurationReply> ConfigureAsync(PartitionConfiguration configuration)
    {
        if (configuration.Number < State.Header!.Configured)
        {
            await CommitAsync();
            return ConfigurationReply.Nothing;
        }

        var done = new List<(TaskEntry Entry, TaskEventKind Kind)>();
        var noted = new List<string>();
        var isNew = configuration.Number > State.Header.Configured;
        foreach (var task in configuration.Tasks)
        {
            var old = State.Slots.GetValueOrDefault(task.Task.Name)?.Entry;
            var entry = isNew ? Configurations.Apply(task, old, Now) : task.Code is { } said && old is not null
                ? Configurations.NoteCode(said, old) : null;
            if (entry is not null)
            {
                Note(old, entry);
            }
        }

        var named = configuration.Tasks.Select(t => t.Task.Name).ToHashSet(StringComparer.Ordinal);
        var code = configuration.Code.ToDictionary(d => d.Name, StringComparer.Ordinal);
        foreach (var old in State.Slots.Values.Select(s => s.Entry).OfType<TaskEntry>().Where(IsToGo).ToList())
        {
            Note(old,
                code.TryGetValue(old.Name, out var definition)
                    ? Configurations.GiveBack(definition, old, Now)
                    : Configurations.LetGo(old, Now));
        }

        if (isNew)
        {
            State.SetHeader(State.Header with { Configured = configuration.Number });
        }

        await CommitAsync();
        await Wakes.WakeAndWaitAsync([.. done.Select(d => d.Entry.Name)]);
        Wakes.WakeChanged(noted);
        foreach (var (entry, kind) in done)
        {
            Teller.TellChanged(entry, kind);
        }

        return new ConfigurationReply(Names(TaskEventKind.TaskRegistered), Names(TaskEventKind.TaskChanged),
            Names(TaskEventKind.TaskCancelled));

        bool IsToGo(TaskEntry entry) =>
            !named.Contains(entry.Name)
                && (Configurations.AwaitsCode(entry) ? code.ContainsKey(entry.Name) : isNew && entry.DefinedBy.Configuration is not null);

        void Note(TaskEntry? old, TaskEntry entry)
        {
            if (entry.Revision == old?.Revision)
            {
                // Only the definer changes.
                State.SetTask(entry);
                noted.Add(entry.Name);
                return;
            }

            var (was, now) = (old is { State: not TaskState.Cancelled }, entry.State != TaskState.Cancelled);
            var kind = now ? was ? TaskEventKind.TaskChanged : TaskEventKind.TaskRegistered : TaskEventKind.TaskCancelled;
            entry = entry with { Generation = now ? State.GenerationOf(entry.Name) : was ? State.NewGeneration() : entry.Generation };
            if (old is not null && (was || now))
            {
                var note = now ? Registrations.Differences(old, entry) : "removed from the configuration";
                entry = entry.With(new TaskChange { At = Now, Kind = kind, By = Configurations.Author, Note = note });
            }

            Put(entry, Now);
            if (was || now)
            {
                done.Add((entry, kind));
            }
        }

        IReadOnlyList<string> Names(TaskEventKind kind) => [.. done.Where(d => d.Kind == kind).Select(d => d.Entry.Name)];
    }

    private async Task TakeOverAsync(ConfigurationOffer offer)
    {
        // Changes at run time stay until configuration says something else.
        var set = offer.Calendars.ToDictionary(c => c.Key, c => Fingerprints.Of(c.Value), StringComparer.Ordinal);
        var before = InForce?.Calendars ?? new Dictionary<string, string>();
        var next = State.Calendars;
        foreach (var (name, calendar) in offer.Calendars.Where(
            c => before.GetValueOrDefault(c.Key) != set[c.Key] && !Equals(next.Find(c.Key), c.Value)))
        {
            next = next.With(name, calendar);
        }

        if (next.Calendars.Count > State.Calendars.Calendars.Count && next.Calendars.Count > Silo.Options.Limits.MaxCalendars)
        {
            throw new InvalidTaskException(null,
                [$"With those of the configuration there are {next.Calendars.Count} business calendars; "
                    + $"{Silo.Options.Limits.MaxCalendars} are allowed (MaxCalendars)."]);
        }

        // A registry that was lost and starts again still assigns later numbers than before.
        var number = Math.Max((InForce?.Number ?? 0) + 1, Now.UtcTicks);
        foreach (var (name, fingerprint) in before.Where(c => !set.ContainsKey(c.Key)))
        {
            // Removed when no task of the previous configuration observes it any more.
            set.Add(name, fingerprint);
        }

        State.SetHeader(
            State.Header! with
            {
                Configuration = new AppliedConfiguration
                {
                    Number = number,
                    Content = offer.Content,
                    Version = offer.Version,
                    Calendars = set,
                    Groups = GroupsInDoubt(offer)
                }
            });
        if (ReferenceEquals(next, State.Calendars))
        {
            await CommitAsync();
        }
        else
        {
            await calendars.ReplaceAsync(next);
        }
    }

    /// <summary>
    /// Returns the groups that earlier configurations have set, together with those that this one is about to set or release. Whether that
    /// happened is unknown until the configuration reports it.
    /// </summary>
    private Dictionary<string, string> GroupsInDoubt(ConfigurationOffer offer)
    {
        var before = InForce?.Groups ?? new Dictionary<string, string>();
        return before.Keys.Union(offer.Groups.Keys, StringComparer.Ordinal)
            .ToDictionary(g => g, g => before.GetValueOrDefault(g) is { } known && known == offer.Groups.GetValueOrDefault(g) ? known : "",
                StringComparer.Ordinal);
    }
}
