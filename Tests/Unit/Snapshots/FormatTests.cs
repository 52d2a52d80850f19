using System.Reflection;
using System.Text;
using OrleansTasks.Partitions;
using OrleansTasks.Records;
using OrleansTasks.Storage;

namespace OrleansTasks.Tests.Unit;

/// <summary>
/// Compares the formats of messages and stored data with text files beside this one.
/// A number, an alias or a property that changes its meaning breaks a rolling deployment or stored data.
/// </summary>
public sealed class FormatTests
{
    [Theory]
    [InlineData("OrleansTasks.GrainInterfaces")]
    [InlineData("OrleansTasks.Grains")]
    [InlineData("OrleansTasks.Reminders")]
    public void Assembly_SerializedTypes_AreTheApprovedOnes(string assembly)
    {
        var text = new StringBuilder();
        var types = Assembly.Load(assembly).GetTypes()
            .Where(t =>
                t.Namespace is { } room && (room == "OrleansTasks" || room.StartsWith("OrleansTasks.", StringComparison.Ordinal))
                    && t.GetCustomAttribute<GenerateSerializerAttribute>() is not null);
        foreach (var type in types.OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            text.Append(AliasOf(type) ?? $"{type.FullName} WITHOUT AN ALIAS").Append('\n');
            var members = type.GetMembers(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                .Select(m => (Member: m, m.GetCustomAttribute<IdAttribute>()?.Id)).Where(m => m.Id is not null);
            foreach (var (member, id) in members.OrderBy(m => m.Id))
            {
                var memberType = member is PropertyInfo property ? property.PropertyType : ((FieldInfo)member).FieldType;
                text.Append(null, $"  {id} {member.Name}: {Name(memberType)}\n");
            }
        }

        Snapshots.Check($"{assembly}.wire.txt", text.ToString());
    }

    [Theory]
    [InlineData("OrleansTasks.GrainInterfaces")]
    [InlineData("OrleansTasks.Grains")]
    public void Assembly_GrainMethods_AreTheApprovedOnes(string assembly)
    {
        var text = new StringBuilder();
        var types = Assembly.Load(assembly).GetTypes()
            .Where(t =>
                t.Namespace is { } room && (room == "OrleansTasks" || room.StartsWith("OrleansTasks.", StringComparison.Ordinal))
                    && t.IsInterface && typeof(Orleans.Runtime.IAddressable).IsAssignableFrom(t));
        foreach (var type in types.OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            text.Append(AliasOf(type) ?? $"{type.FullName} WITHOUT AN ALIAS").Append('\n');
            foreach (var method in type.GetMethods().OrderBy(m => m.Name, StringComparer.Ordinal))
            {
                text.Append(null,
                    $"  {AliasOf(method) ?? $"{method.Name} WITHOUT AN ALIAS"}("
                        + $"{string.Join(", ", method.GetParameters().Select(p => Name(p.ParameterType)))}): {Name(method.ReturnType)}\n");
            }
        }

        Snapshots.Check($"{assembly}.grains.txt", text.ToString());
    }

    /// <summary>Checks the JSON of each kind of item in a partition's log. All later versions must read it.</summary>
    [Fact]
    public void Registry_StoredItems_AreTheApprovedOnes()
    {
        var at = new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var run = new RunId("task", Guid.Parse("0199f3a2-6d2c-7c1e-9d5f-0123456789ab"));
        var state = new PartitionState();
        state.SetHeader(
            new PartitionHeader { Id = run.Value, Partitions = 16, Started = true, StartedAt = at, Silos = ["S127.0.0.1:11111:1"] });
        state.SetTask(new TaskEntry
        {
            Name = "task",
            Handler = "handler",
            State = TaskState.Paused,
            Schedule = TaskSchedule.Cron("0 9 * * MON-FRI", "Europe/Berlin"),
            Anchor = at,
            Arguments = TaskArguments.Named(("n", 13)),
            Options = new TaskOptions
            {
                Description = "What it is.",
                Guarantee = RunGuarantee.AtLeastOnce,
                Timeout = TimeSpan.FromMinutes(1)
            },
            Definition = "fingerprint",
            CreatedAt = at,
            UpdatedAt = at,
            Revision = 3,
            PauseNote = "note",
        });
        state.SetPosition("task", new TaskPosition(7, at, at.AddSeconds(1), run.Value));
        state.SetPosition("owned", new TaskPosition(7, Term: 3));
        state.Runs.Set(new StoredRun
        {
            RunId = run,
            Arguments = ["a", 1],
            DueAt = at,
            Trigger = RunTrigger.Dispatch,
            Guarantee = RunGuarantee.AtMostOnce,
            Timeout = TimeSpan.FromSeconds(5),
            IdempotencyKey = "key",
            Attempts = 1,
            Marker = run.Value,
            Result = new TaskResult
            {
                RunId = run,
                Status = RunStatus.Failed,
                Error = "error",
                ErrorType = "type",
                ScheduledAt = at,
                StartedAt = at,
                FinishedAt = at,
                Attempt = 1,
                Silo = "S127.0.0.1:11111:1"
            },
        });
        state.SetKey("task", "key", new IdempotencyEntry(run.Value, at));
        state.SetTask(
            new TaskEntry
            {
                Name = "changed",
                Handler = "handler",
                Changes = [new TaskChange { At = at, Kind = TaskEventKind.TaskPaused, By = "alice", Note = "note" }]
            });
        state.Runs.Set(new StoredRun
        {
            RunId = new RunId("changed", Guid.Parse("0199f3a2-6d2c-7c1e-9d5f-0123456789ac")),
            Then = [new Continuation("next") { On = ContinuationTrigger.Failed, Pass = PassedArgument.Result }],
            Parent = run,
            Batch = new BatchMember(run.Value, 3),
            RequestedBy = "alice",
        });
        state.Batches.Set(run.Value, null);
        state.Batches.Set(Guid.Parse("0199f3a2-6d2c-7c1e-9d5f-0123456789ad"), at);
        state.Groups.Add("group");
        state.SetPosition("changed", new TaskPosition(9, MayHaveBegun: at, Losses: 2));

        var changes = state.TakeChanges();
        Snapshots.Check("Registry.stored.txt", string.Concat(changes.Select(c => $"{c.Key.ReplaceLineEndings("\\n")} {c.Json}\n")));

        var again = new PartitionState();
        again.Items.Load(changes.Select(c => KeyValuePair.Create(c.Key, c.Json!)));
        Assert.Equal(changes,
            again.Items.Keys.Select(k => new LogChange(k, again.Items.GetJson(k)))
                .OrderBy(c => changes.Select(x => x.Key).ToList().IndexOf(c.Key)));
    }

    // A record with a generated copy has the attribute twice.
    private static string? AliasOf(MemberInfo member) => member.GetCustomAttributes<AliasAttribute>(inherit: false).FirstOrDefault()?.Alias;

    private static string Name(Type type) => type.IsGenericType
        ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.Name;
}
