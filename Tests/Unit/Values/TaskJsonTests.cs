using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansTasks.Tests.Unit;

public sealed class TaskJsonTests
{
    public enum Plain
    {
        FirstOne,
    }

    [JsonConverter(typeof(JsonNumberEnumConverter<Numbered>))]
    public enum Numbered
    {
        FirstOne,
    }

    public sealed record Point(int X, string Label, int Y = 5);

    [Fact]
    public void Options_Enums_AreNamesUnlessTheirAttributeSaysOtherwise()
    {
        Assert.Equal("\"FirstOne\"", JsonSerializer.Serialize(Plain.FirstOne, TaskJson.Options));
        Assert.Equal("0", JsonSerializer.Serialize(Numbered.FirstOne, TaskJson.Options));
        Assert.Equal("\"timedOut\"", JsonSerializer.Serialize(RunStatus.TimedOut, TaskJson.Options));
        Assert.Equal(RunStatus.TimedOut, JsonSerializer.Deserialize<RunStatus>("\"TIMEDOUT\"", TaskJson.Options));
        Assert.Equal(Plain.FirstOne, JsonSerializer.Deserialize<Plain>("0", TaskJson.Options));
    }

    [Fact]
    public void Options_Records_RequireMembersWithoutADefault()
    {
        Assert.Equal(new Point(1, "a"), JsonSerializer.Deserialize<Point>("""{"x":"1","LABEL":"a"}""", TaskJson.Options));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Point>("""{"x":1}""", TaskJson.Options));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Point>("""{"x":1,"label":null}""", TaskJson.Options));
    }

    [Fact]
    public void Options_TextForPeople_IsNotEscaped() =>
        Assert.Equal("\"Grüße <b>\"", JsonSerializer.Serialize("Grüße <b>", TaskJson.Options));
}
