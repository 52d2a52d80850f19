using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace OrleansTasks.Tests.Unit.Configured;

/// <summary>Tests options that come from configuration.</summary>
public sealed class BindTasksTests
{
    [Theory]
    [InlineData("PT5S", 5)]
    [InlineData("00:01:30", 90)]
    [InlineData("P1D", 86400)]
    [InlineData("25:00:00", 90000)]
    public void Bind_Durations_AcceptsTheUsualFormats(string text, double seconds)
    {
        var options = new TaskClientOptions();
        Section(("RetryFor", text), ("subscriberbuffer", "20")).BindTasks(options);
        Assert.Equal((seconds, 20), (options.RetryFor.TotalSeconds, options.SubscriberBuffer));
        Assert.Equal(new TaskClientOptions().ConnectTimeout, options.ConnectTimeout);
    }

    [Theory]
    [InlineData("RetryFor", "5", "Client:RetryFor: '5' is a number without a unit. Write PT5S")]
    [InlineData("RetryFor", "soon", "Client:RetryFor: 'soon' is not a valid span of time")]
    [InlineData("RetryFro", "PT5S", "Client:RetryFro is not known. Known are ConnectTimeout, RetryFor")]
    [InlineData("SubscriberBuffer", "many", "SubscriberBuffer")]
    public void Bind_InvalidValue_NamesItAndSetsNothing(string name, string text, string expected)
    {
        var options = new TaskClientOptions();
        var error = Assert.Throws<OptionsValidationException>(() => Section((name, text)).BindTasks(options));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal(new TaskClientOptions().RetryFor, options.RetryFor);
    }

    [Fact]
    public void Bind_AnEmptySection_ChangesNothing()
    {
        var options = new TaskClientOptions();
        new ConfigurationBuilder().Build().GetSection("Client").BindTasks(options);
        Assert.Equivalent(new TaskClientOptions(), options);
    }

    private static IConfigurationSection Section(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(
            settings.Select(static s => KeyValuePair.Create("Client:" + s.Name, (string?)s.Value))).Build().GetSection("Client");
}
