using OrleansTasks.Partitions;
using OrleansTasks.Records;
using OrleansTasks.Storage;

namespace OrleansTasks.Tests.Unit.Grains;

public sealed class PartitionStateTests
{
    private static readonly Guid Run = Guid.NewGuid();

    public static TheoryData<string, string, string> Unreadable => new()
    {
        { "t:bad", """{"Name":"bad","Handler":7}""", "bad" },
        { "t:worse", "{", "worse" },
        { "r:" + Run.ToString("N"), """{"RunId":7}""", "" },
        { "s:bad", """{"Sequence":"x"}""", "bad" },
        { "k:bad\nkey", "[]", "bad" },
        { "b:none", "{}", "" },
        { "c", """{"Revision":"x"}""", "" },
        { "q:of a later version", "{}", "" },
        { "", "{}", "" },
    };

    [Theory, MemberData(nameof(Unreadable))]
    public void Load_OneItemCannotBeRead_SetsItAsideAndKeepsIt(string key, string json, string task)
    {
        var state = new PartitionState();

        state.Items.Load(Good().Append(new(key, json)));

        Assert.NotNull(state.Header);
        Assert.Equal("good", state.Slots["good"].Entry!.Name);
        var aside = Assert.Single(state.Items.SetAside);
        Assert.Equal(task, aside.Task);
        Assert.NotEmpty(aside.Reason);
        Assert.Contains(key, state.Items.Keys);
        Assert.Equal(json, state.Items.GetJson(key));
    }

    [Fact]
    public void SetTask_NameOfAnUnreadableTask_KeepsThatTaskUnderAnotherKey()
    {
        var state = new PartitionState();
        state.Items.Load(Good().Append(new("t:bad", "{")));

        state.SetTask(new TaskEntry { Name = "bad", Handler = "h" });

        Assert.Equal(["x:t:bad", "t:bad"], state.TakeChanges().Select(c => c.Key));
        var again = new PartitionState();
        again.Items.Load(state.Items.Keys.ToList().Select(k => new KeyValuePair<string, string>(k, state.Items.GetJson(k)!)));
        Assert.Empty(again.Items.SetAside);
        Assert.Equal("{", again.Items.GetJson("x:t:bad"));
        Assert.Equal("h", again.Slots["bad"].Entry!.Handler);
    }

    [Fact]
    public void Load_HeaderUnreadable_IsAClearError()
    {
        var error = Assert.Throws<PartitionStorageException>(() => new PartitionState().Items.Load([new("h", "[]")]));

        Assert.True(error.IsPermanent);
        Assert.Contains("header", error.Message, StringComparison.Ordinal);
    }

    private static List<KeyValuePair<string, string>> Good()
    {
        var state = new PartitionState();
        state.SetHeader(new PartitionHeader { Id = Guid.NewGuid(), Partitions = 1 });
        state.SetTask(new TaskEntry { Name = "good", Handler = "h", Schedule = TaskSchedule.Cron("0 9 * * *") });
        return [.. state.TakeChanges().Select(c => new KeyValuePair<string, string>(c.Key, c.Json!))];
    }
}
